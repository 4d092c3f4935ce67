"""The first words of a message, for lists of messages (RFC 8970)."""

from __future__ import annotations

import re

LENGTH = 200  # characters; RFC 8970 §3.1 allows 256 at most
_LOOKED_AT = 8_192
_QUOTED = re.compile(r"^[ \t]*(?:>.*|[-=_*#~]{3,}[ \t]*|--)$", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- $.*\Z", re.MULTILINE | re.DOTALL)
_INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD, 0x034F), " ")


def preview(text: str) -> str:
    """The beginning of a text on one line. What the sender quotes comes only if all is quoted."""
    start = text[:_LOOKED_AT]
    line = _one_line(_QUOTED.sub("", _SIGNATURE.sub("", start))) or _one_line(start)
    if len(line) <= LENGTH:
        return line
    cut = line.rfind(" ", LENGTH - 40, LENGTH - 1)
    return line[: cut if cut > 0 else LENGTH - 1] + "…"


def _one_line(text: str) -> str:
    """Words with one blank between them."""
    return " ".join((text if text.isascii() else text.translate(_INVISIBLE)).split())
