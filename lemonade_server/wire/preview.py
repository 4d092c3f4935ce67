"""The first words of a message, for lists of messages (RFC 8970)."""

from __future__ import annotations

import re

from lemonade_server.wire.control_characters import one_line

LENGTH = 200  # characters; RFC 8970 §3.1 allows 256 at most
_LOOKED_AT = 8_192
_OFTEN_ENOUGH = 1_024
_QUOTED = re.compile(r"^[ \t]*(?:>.*|[-=_*#~]{3,}[ \t]*|--)$", re.MULTILINE)
_SIGNATURE = re.compile(r"^-- $.*\Z", re.MULTILINE | re.DOTALL)
# What newsletters fill the line with, so that no more of their text is shown. Joiners and marks of
# direction are that only where they stand behind no letter; behind one they belong to it.
_FILLING = dict.fromkeys((0x00AD, 0x034F, 0x180E, 0x200B, 0x2060, 0xFEFF), None)
_LOOSE = re.compile("(?<!\\S)[\u061c\u200c-\u200f]+")


def preview(text: str) -> str:
    """The beginning of a text on one line. What the sender quotes comes only if all is quoted."""
    line = _own_words(text[: text.rfind("\n", 0, _OFTEN_ENOUGH) + 1])
    if len(line) <= LENGTH:  # the first whole lines do not tell all
        start = text[:_LOOKED_AT]
        line = _own_words(start) or _one_line(start)
    if len(line) <= LENGTH:
        return line
    cut = line.rfind(" ", LENGTH - 40, LENGTH - 1)
    return line[: cut if cut > 0 else LENGTH - 1] + "…"


def _own_words(text: str) -> str:
    return _one_line(_QUOTED.sub("", _SIGNATURE.sub("", text)))


def _one_line(text: str) -> str:
    """Words with one blank between them."""
    if not text.isascii():
        text = _LOOSE.sub("", one_line(text.translate(_FILLING)))
    return " ".join(text.split())
