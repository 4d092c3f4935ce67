"""The first words of a message, for lists of messages (RFC 8970)."""

from __future__ import annotations

import re

LENGTH = 200  # characters; RFC 8970 §3.1 allows 256 at most
_LOOKED_AT = 8_192
_QUOTED = re.compile(r"^[ \t]*(?:>.*|[-=_*#~]{3,}[ \t]*|--)$", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- $.*\Z", re.MULTILINE | re.DOTALL)
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u034f]+")


def preview(text: str) -> str:
    """The beginning of a text on one line. What the sender quotes comes only if all is quoted."""
    start = text[:_LOOKED_AT]
    own = _BLANKS.sub(" ", _QUOTED.sub("", _SIGNATURE.sub("", start))).strip()
    line = own or _BLANKS.sub(" ", start).strip()
    if len(line) <= LENGTH:
        return line
    cut = line.rfind(" ", LENGTH - 40, LENGTH - 1)
    return line[: cut if cut > 0 else LENGTH - 1] + "…"
