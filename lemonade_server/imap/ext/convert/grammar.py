"""What a CONVERT asks for (RFC 5259 §10).

convert-params = "(" (quoted-to-mime-type / "NIL") [SP "(" transcoding-params ")"] ")"
convert-att    = "UID" / ("BODYPARTSTRUCTURE" / "BINARY.SIZE" / "AVAILABLECONVERSIONS")
                 section-binary / "BINARY" section-binary [partial] /
                 "BODY[HEADER]" / "BODY[" section-part (".HEADER" / ".MIME") "]"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.section import Partial, partial, section

MOST_PARAMS = 50
MOST_ITEMS = 200

STRUCTURE = b"BODYPARTSTRUCTURE"
BINARY = b"BINARY"
SIZE = b"BINARY.SIZE"
AVAILABLE = b"AVAILABLECONVERSIONS"
BODY = b"BODY"
UID = b"UID"
CONVERTING = frozenset({STRUCTURE, BINARY, SIZE})

_KIND = re.compile(rb"[A-Za-z.]+")
_NAME = r"[A-Za-z0-9!#$&.+^_-]{1,127}"
_TYPE = re.compile(rf"{_NAME}/{_NAME}")
_PATTERN = re.compile(rf"\*|{_NAME}/(?:\*|{_NAME})")


@dataclass(slots=True)
class ConvertItem:
    """A data item; ``label`` is what comes before its value in the response."""

    kind: bytes
    place: str = ""
    partial: Partial = None

    @property
    def label(self) -> bytes:
        origin = b"" if self.partial is None else b"<%d>" % self.partial[0]
        return b"%b[%b]%b" % (self.kind, self.place.encode("ascii"), origin)


@dataclass(slots=True)
class ConvertArguments:
    """Items in the order of the response. ``target`` is None for the default conversion.

    Types and names of parameters in lower case.
    """

    target: str | None
    params: list[tuple[str, str]]
    items: list[ConvertItem] = field(default_factory=list)
    uid: bool = False

    def parts(self) -> set[str]:
        """The parts that must be converted for it."""
        return {item.place for item in self.items if item.kind in CONVERTING}


def convert_arguments(cursor: Cursor) -> ConvertArguments:
    """All that follows the message set, to the end of the command. Raises Bad."""
    cursor.expect(b"(")
    found = ConvertArguments(None if cursor.word(b"NIL") else media_type(cursor), [])
    if cursor.maybe(b" "):
        found.params = _params(cursor)
    cursor.expect(b")").sp()
    items = cursor.parse_list(_item) if cursor.peek() == b"(" else [_item(cursor)]
    cursor.end()
    if not items or len(items) > MOST_ITEMS:
        raise Bad(f"from 1 to {MOST_ITEMS} items are needed")
    if found.target is not None and any(item.kind == BODY for item in items):
        raise Bad("headers are converted with NIL in place of a type")
    found.uid = any(item.kind == UID for item in items)
    found.items = _in_order(items)
    return found


def media_type(cursor: Cursor) -> str:
    """A type and subtype. Raises Bad."""
    return _parse_type(cursor, _TYPE)


def pattern(cursor: Cursor) -> str:
    """A type of CONVERSIONS: ``*``, ``text/*`` or ``text/plain``. Raises Bad."""
    return _parse_type(cursor, _PATTERN)


def _parse_type(cursor: Cursor, allowed: re.Pattern[str]) -> str:
    text = cursor.astring().decode("latin-1")
    if not allowed.fullmatch(text):
        raise Bad("this is no media type")
    return text.lower()


def _params(cursor: Cursor) -> list[tuple[str, str]]:
    cursor.expect(b"(")
    found: dict[str, str] = {}
    while True:
        name = cursor.astring().decode("latin-1").lower()
        if name in found:
            raise Bad("a parameter is given once only")
        found[name] = cursor.sp().astring().decode("utf-8", "surrogateescape")
        if len(found) > MOST_PARAMS:
            raise Bad("too many parameters")
        if cursor.maybe(b")"):
            return list(found.items())
        cursor.sp()


def _item(cursor: Cursor) -> ConvertItem:
    found = _KIND.match(cursor.text, cursor.pos)
    kind = found[0].upper() if found else b""
    if found is None or kind not in {UID, BODY, AVAILABLE, *CONVERTING}:
        cursor.fail("an item that can be converted")
    cursor.pos = found.end()
    if kind == UID:
        return ConvertItem(UID)
    cursor.expect(b"[")
    wanted = section(cursor)
    cursor.expect(b"]")
    if kind == BODY:
        if wanted.names or wanted.place.rpartition(".")[2] not in ("HEADER", "MIME"):
            raise Bad("of BODY, CONVERT takes HEADER and MIME only")
        return ConvertItem(BODY, wanted.place)
    if wanted.names or (not wanted.place.replace(".", "0").isdecimal() and wanted.place):
        raise Bad("part numbers only can be converted")
    return ConvertItem(kind, wanted.place, partial(cursor) if kind == BINARY else None)


def _in_order(items: list[ConvertItem]) -> list[ConvertItem]:
    """Each once, in the order asked for; the structure of a part before its octets (§8.2)."""
    unlike = {item.label: item for item in items if item.kind != UID}
    first: dict[str, int] = {}
    for item in unlike.values():
        first.setdefault(item.place, len(first))
    return sorted(unlike.values(), key=lambda item: (first[item.place], item.kind != STRUCTURE))
