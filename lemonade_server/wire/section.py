"""The section of a message: what stands between the brackets of ``BODY[…]`` and behind
``;SECTION=`` of an IMAP URL.

    section      = [section-msgtext / (section-part ["." section-text])]       RFC 3501 §9
    section-text = section-msgtext / "MIME"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from .cursor import Cursor
from .errors import Bad
from .syntax import astring

Partial: TypeAlias = "tuple[int, int | None] | None"
"""Offset and count of ``<…>``, a count of None for the rest; None without it."""

MAX_NAMES = 1_000  # header fields of one section

_PLACE = re.compile(
    rb"(?:(?P<part>[1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*)(?P<dot>\.)?)?"
    rb"(?P<text>HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME)?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Section:
    """A section. ``place`` is "", "HEADER", "TEXT", "2", "2.MIME", "2.HEADER" or "2.TEXT".

    With ``names`` it is the part of a HEADER made of those fields, or of all others when
    ``exclude``.
    """

    place: str = ""
    names: list[bytes] = field(default_factory=list)
    exclude: bool = False

    def render(self) -> bytes:
        """As it is written in a FETCH response; the field names as the client sent them."""
        if not self.names:
            return self.place.encode("ascii")
        word = b"FIELDS.NOT" if self.exclude else b"FIELDS"
        return b"%b.%b (%b)" % (
            self.place.encode("ascii"),
            word,
            b" ".join(map(astring, self.names)),
        )


def section(cursor: Cursor) -> Section:
    """Read a section up to, and without, what follows it. Raises Bad."""
    found = _PLACE.match(cursor.text, cursor.pos)
    assert found is not None  # the expression matches the empty string
    part, dot, text = (found[name] or b"" for name in ("part", "dot", "text"))
    if part and bool(dot) != bool(text):
        raise Bad("a section is written as 1.2, 1.2.MIME, HEADER or TEXT")
    word = text.upper()
    if word == b"MIME" and not part:
        raise Bad("MIME needs a part number before it")
    cursor.pos = found.end()
    head, _, fields = word.partition(b".")
    place = b".".join(filter(None, (part, head))).decode("ascii")
    if not fields:
        return Section(place)
    return Section(place, _names(cursor), fields == b"FIELDS.NOT")


def _names(cursor: Cursor) -> list[bytes]:
    """header-list = "(" header-fld-name *(SP header-fld-name) ")" """
    cursor.sp()
    cursor.expect(b"(")
    names = [cursor.astring()]
    while not cursor.maybe(b")"):
        cursor.sp()
        names.append(cursor.astring())
        if len(names) > MAX_NAMES:
            raise Bad(f"a section names at most {MAX_NAMES} fields")
    return names


def parse_section(text: str) -> Section:
    """The decoded section of a URL. Raises Bad."""
    cursor = Cursor(text.encode("utf-8", "surrogateescape"))
    found = section(cursor)
    cursor.end()
    return found


def partial(cursor: Cursor) -> Partial:
    """``<offset.count>`` if it is there (RFC 3501 §6.4.5). Raises Bad.

    Without a count, which some clients leave out, it is the rest, as in a URL (RFC 5092 §6).
    """
    if not cursor.maybe(b"<"):
        return None
    offset = cursor.number()
    count = cursor.nz_number() if cursor.maybe(b".") else None
    cursor.expect(b">")
    return offset, count
