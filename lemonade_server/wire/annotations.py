"""Annotations of messages: their names, what may be asked and what is answered (RFC 5257).

    fetch-att =/ "ANNOTATION" SP "(" entries SP attribs ")"
    entry-att  = entry SP "(" att-value *(SP att-value) ")"
    value      = nstring / literal8

An entry has a value that is the user's own, ``value.priv``, and one that all see, ``value.shared``.
Names are case-sensitive ASCII (§3.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from .cursor import Cursor
from .errors import Bad, No
from .part_table import leaf
from .syntax import astring, string

T = TypeVar("T")

LONGEST_NAME = 255
MOST_NAMED = 100
"""Entries, or attributes, in one place of a command."""

TOOBIG = b"ANNOTATE TOOBIG"
TOOMANY = b"ANNOTATE TOOMANY"

Values: TypeAlias = Mapping[str, tuple[bytes | None, bytes | None]]
"""The private and the shared value of each entry of a message."""

ATTRIBUTES = {
    "value": ("value.priv", "value.shared"),
    "value.priv": ("value.priv",),
    "value.shared": ("value.shared",),
    "size": ("size.priv", "size.shared"),
    "size.priv": ("size.priv",),
    "size.shared": ("size.shared",),
}

_NAME = re.compile(r"(?:/[^/\x00-\x1f\x7f-\U0010ffff]+)+")
_PART = r"[1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*"
_PART_OF = re.compile(rf"/({_PART})/")
_NO_PART = re.compile(rf"/(?!{_PART}(?:/|\Z))[0-9][^/*%]*(?:/|\Z)")
_STORED = re.compile(
    rf"/altsubject|(?:/{_PART})?/comment|/{_PART}/flags/(?:seen|answered|flagged|forwarded)"
    rf"|(?:/{_PART})?/vendor/[^*%]+"
)
_FLAG = re.compile(rf"/{_PART}/flags/.*")


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that STORE or APPEND sets; None removes it."""

    entry: str
    shared: bool
    value: bytes | None


class EntryPattern:
    """An entry-match: ``*`` stands for one or more characters, ``%`` for such but ``/`` (§4.3).

    All places in the pattern are followed at once as bits of one number, so no pattern takes
    longer than its length times the name's.
    """

    __slots__ = ("_any", "_letters", "_level", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._any = self._level = 0
        self._letters: dict[str, int] = {}
        for place, char in enumerate(text):
            if char == "*":
                self._any |= 1 << place
            elif char == "%":
                self._level |= 1 << place
            else:
                self._letters[char] = self._letters.get(char, 0) | 1 << place

    @property
    def is_exact(self) -> bool:
        """Whether it is the name of one entry."""
        return not self._any | self._level

    def matches(self, name: str) -> bool:
        """Whether the whole name matches."""
        places = 1
        for char in name:
            wild = places & (self._any if char == "/" else self._any | self._level)
            places = (places & self._letters.get(char, 0)) << 1 | wild << 1 | wild
            if not places:
                return False
        return bool(places >> len(self.text) & 1)


def pattern(cursor: Cursor) -> EntryPattern:
    """entry-match. Raises Bad for one that no entry can have (§3.2)."""
    name = cursor.pattern().decode("latin-1")
    checked = name if name[:1] in ("*", "%") else name.removeprefix("/")
    if checked == name and name[:1] not in ("*", "%"):
        raise Bad("an entry's name begins with /")
    if len(name) > LONGEST_NAME or _NAME.fullmatch(f"/{checked}") is None:
        raise Bad("that can be no entry's name")
    if _NO_PART.match(name):
        raise Bad("a part of a message is numbered as 1 or 1.2")
    return EntryPattern(name)


def patterns(cursor: Cursor) -> list[EntryPattern]:
    """entries: one entry-match, or some in parentheses. Raises Bad."""
    return _some(cursor, pattern)


def entry(cursor: Cursor) -> str:
    """entry: the name of one. Raises Bad."""
    name = cursor.fork().pattern()
    if b"*" in name or b"%" in name:
        raise Bad("an entry's name has no * and no %")
    return pattern(cursor).text


def attributes(cursor: Cursor) -> list[str]:
    """attribs, each with its suffix: without one it is both (§3.2.2). Raises Bad."""
    found = _some(cursor, attribute)
    return list(dict.fromkeys(each for name in found for each in ATTRIBUTES[name]))


def attribute(cursor: Cursor) -> str:
    """attrib. Raises Bad for one that there is not."""
    name = cursor.astring().decode("latin-1")
    if name not in ATTRIBUTES:
        raise Bad(f"the attributes of an entry are {', '.join(ATTRIBUTES)}")
    return name


def value(cursor: Cursor) -> bytes | None:
    """value: octets, or None for NIL. Raises Bad, No for a literal too long to be held."""
    if cursor.peek() not in (b"~", b"{"):
        return cursor.nstring()
    literal = cursor.literal()
    if not isinstance(literal.data, bytes):
        raise No("the value of an annotation is too long", TOOBIG)
    if b"\0" in literal.data and not literal.binary:
        raise Bad("NUL in a literal that is not binary")
    return literal.data


def settings(cursor: Cursor) -> list[Setting]:
    """att-annotate behind its name: ``(entry (value.priv "…" …) …)``. Raises Bad, No.

    Only values can be set, each as private or shared (§3.2.2), and only of entries that are
    specified or a vendor's (§3.2.1).
    """
    found: list[Setting] = []
    cursor.expect(b"(")
    while True:
        name = _settable(cursor)
        cursor.sp()
        pairs = cursor.parse_list(_pair)
        if not pairs:
            raise Bad("an entry is set with its attributes")
        if _FLAG.fullmatch(name) and any(each not in (b"1", b"0", None) for _, each in pairs):
            raise Bad("the flag of a part is 1, 0 or NIL")
        found += [Setting(name, shared, each) for shared, each in pairs]
        if len(found) > MOST_NAMED:
            raise Bad(f"at most {MOST_NAMED} values are set at once")
        if cursor.maybe(b")"):
            return found
        cursor.sp()


def _settable(cursor: Cursor) -> str:
    name = entry(cursor)
    if _STORED.fullmatch(name) is None:
        raise Bad("there is no such entry: those of one's own are below /vendor/")
    return name


def _pair(cursor: Cursor) -> tuple[bool, bytes | None]:
    name = attribute(cursor)
    if name not in ("value.priv", "value.shared"):
        raise Bad("value.priv and value.shared can be set")
    return name == "value.shared", value(cursor.sp())


def _some(cursor: Cursor, item: Callable[[Cursor], T]) -> list[T]:
    found = cursor.parse_list(item) if cursor.peek() == b"(" else [item(cursor)]
    if not 0 < len(found) <= MOST_NAMED:
        raise Bad(f"from 1 to {MOST_NAMED} names stand here")
    return found


def parts_of(settings: Iterable[Setting]) -> set[str]:
    """The numbers of the message parts that are annotated, as ``1.2``."""
    matches = (_PART_OF.match(each.entry) for each in settings)
    return {found[1] for found in matches if found}


def check_parts(packed: bytes, parts: Iterable[str]) -> None:
    """Raises Bad when the message with this part table has not all of these parts (§3.2.1)."""
    for part in parts:
        if leaf(packed, part) is None:
            raise Bad(f"a message has no part {part}")


def fetch_response(
    values: Values, wanted: Sequence[EntryPattern], attributes: Sequence[str]
) -> bytes:
    """The data item of a FETCH response; empty when there is nothing to be said (§4.4).

    An entry that is named and not there has the value NIL and the size 0; of those that a pattern
    finds only such are told as have something of what is asked for.
    """
    told = [
        b"%b (%b)"
        % (astring(name.encode("ascii")), b" ".join(_attribute_values(values, name, attributes)))
        for name in _select(values, wanted, attributes)
    ]
    return b"ANNOTATION (%b)" % b" ".join(told) if told else b""


def name_list(names: Iterable[str]) -> bytes:
    """The data item that nobody asked for: which entries changed, without values (§4.4)."""
    return b"ANNOTATION (%b)" % b" ".join([astring(name.encode("ascii")) for name in names])


def _select(
    values: Values, wanted: Sequence[EntryPattern], attributes: Sequence[str]
) -> dict[str, None]:
    sides = {attribute.endswith(".shared") for attribute in attributes}
    found: dict[str, None] = {}
    for each in wanted:
        if each.is_exact:
            found[each.text] = None
            continue
        for name, held in values.items():
            if any(held[side] is not None for side in sides) and each.matches(name):
                found[name] = None
    return found


def _attribute_values(values: Values, name: str, attributes: Sequence[str]) -> Iterator[bytes]:
    held = values.get(name, (None, None))
    for attribute in attributes:
        octets = held[attribute.endswith(".shared")]
        if attribute.startswith("size"):
            shown = b'"%d"' % len(octets or b"")
        else:
            shown = b"NIL" if octets is None else string(octets, allow8=True)
        yield b"%b %b" % (attribute.encode("ascii"), shown)
