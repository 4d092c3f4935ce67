"""The attribute list of a FETCH, compiled once and run for each message.

An item names the fields that it needs and gives a function from a row to octets; a plan is the
sum of its items. Clients send the same few lists for ever, so plans are kept by the octets of the
list. RFC 3501 §6.4.5, modifiers of RFC 4466 §2.4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

if TYPE_CHECKING:
    from lemonade_server.imap.view import View
    from lemonade_server.store.db import Tx
    from lemonade_server.store.decoded_parts import DecodedPart
    from lemonade_server.store.extract import Extract
    from lemonade_server.wire.partial import PartialRange

T = TypeVar("T")

Row = tuple[Any, ...]
FieldIndex = Callable[[MessageField], int]

ITEM_LIMIT = 1_000
CACHE_SIZE = 1_000
CACHED_OCTETS = 1_000

_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9.]*")


class Keeper(Protocol):
    """Who keeps what the sessions of a process share: its ``Service``."""

    def shared(self, kind: type[T]) -> T: ...


@dataclass(slots=True)
class Frame:
    """What rendering needs beside the row. ``uids`` are the messages that are read together."""

    tx: Tx
    view: View
    uids: Sequence[int]
    keeper: Keeper
    _found: dict[object, Any] = field(default_factory=dict)

    def once(self, find: Callable[[Frame], T]) -> T:
        """What ``find`` finds for all of the messages, at the first call."""
        if find not in self._found:
            self._found[find] = find(self)
        return cast(T, self._found[find])


Part = Callable[[Row, Frame], bytes]
Body = Callable[[Row, Frame], "tuple[bytes, Extract | DecodedPart | None]"]


@dataclass(slots=True)
class Item:
    """One attribute. ``part`` or ``body`` is given where each of its fields stands in the row.

    A part answers with whole octets. A body answers with what goes before its string, and where
    the string's octets are (None for NIL), for they may be too many to hold. ``seen``: fetching it
    sets \\Seen. ``modseq``: who asks for it is told of mod-sequences. ``annotates``: it has names
    that are case-sensitive, those of annotations; ``sparse``: it may have nothing to tell.
    """

    fields: tuple[MessageField, ...] = ()
    part: Callable[[FieldIndex], Part] | None = None
    body: Callable[[FieldIndex], Body] | None = None
    seen: bool = False
    modseq: bool = False
    annotates: bool = False
    sparse: bool = False


@dataclass(slots=True)
class Plan:
    """A compiled attribute list. ``fields`` come after the UID, which is the first of each row.

    ``changed`` are the parts that a message gets in addition when this FETCH set \\Seen, and
    ``changed_modseq`` those where mod-sequences are told; without what was asked for anyway.
    ``items`` is what it was compiled from; ``annotates`` says that it has such an item.
    """

    fields: tuple[MessageField, ...]
    parts: list[Part]
    bodies: list[Body]
    seen: bool
    modseq: bool
    changed: list[Part]
    changed_modseq: list[Part]
    items: dict[bytes, Item] = field(default_factory=dict)
    annotates: bool = False

    @property
    def names(self) -> tuple[bytes, ...]:
        """What was asked for, in its order."""
        return tuple(self.items)

    @property
    def is_narrow(self) -> bool:
        """Whether it is answered from the messages' own rows, without their contents."""
        return not any(each.is_of_content for each in self.fields)


@dataclass(slots=True)
class FetchRequest:
    """All that follows the message set: the plan and the modifiers.

    ``vanished``: what vanished since ``changed_since`` is said first. ``check`` raises Bad when the
    modifiers can't stand there; it is told what is enabled, and whether the command is a UID FETCH.
    """

    plan: Plan
    changed_since: int | None = None
    vanished: bool = False
    partial: PartialRange | None = None
    check: Callable[[Collection[bytes], FetchRequest, bool], None] | None = None


FETCH_ITEMS: dict[bytes, Callable[[Cursor], Item]] = {}
MACROS = {
    b"ALL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE"),
    b"FAST": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"),
    b"FULL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE", b"ENVELOPE", b"BODY"),
}


Modifier = Callable[[Cursor, FetchRequest], None]
MODIFIERS: dict[bytes, Modifier] = {}


def fetch_modifier(name: bytes) -> Callable[[Modifier], Modifier]:
    """Register a modifier: called with the cursor behind its name. It writes what is wanted."""

    def register(function: Modifier) -> Modifier:
        MODIFIERS[name] = function
        return function

    return register


def fetch_item(name: bytes) -> Callable[[Callable[[Cursor], Item]], Callable[[Cursor], Item]]:
    """Register the grammar of an item: called with the cursor behind its name."""

    def register(function: Callable[[Cursor], Item]) -> Callable[[Cursor], Item]:
        FETCH_ITEMS[name] = function
        return function

    return register


@dataclass(slots=True)
class _FetchItems:
    """Items by name and arguments, so that one asked for twice is answered once."""

    items: dict[bytes, Item] = field(default_factory=dict)

    def add(self, cursor: Cursor) -> None:
        start = cursor.pos
        found = _NAME.match(cursor.text, start)
        parse = FETCH_ITEMS.get(found[0].upper()) if found else None
        if found is None or parse is None:
            cursor.fail("an item that can be fetched")
        cursor.pos = found.end()
        item = parse(cursor)
        name = cursor.text[start : cursor.pos]
        if not item.annotates:
            name = name.upper()
        if b"{" in name:  # a field name in a literal: the text does not tell two of them apart
            name += b"%d" % len(self.items)
        self.items.setdefault(name, item)
        if len(self.items) > ITEM_LIMIT:
            raise Bad("too many items")

    def add_name(self, name: bytes) -> None:
        if name not in self.items:
            self.items[name] = FETCH_ITEMS[name](Cursor(b""))


def fetch_request(cursor: Cursor, *, by_uid: bool) -> FetchRequest:
    """Read everything behind the message set, to the end of the command. Raises Bad.

    What is read from the cache must not be changed.
    """
    raw = cursor.text[cursor.pos :]
    key = (by_uid, raw)
    known = _CACHE.get(key)
    if known is not None:
        cursor.pos = len(cursor.text)
        return known
    asked = _attributes(cursor)
    result = FetchRequest(_NOTHING)
    if cursor.maybe(b" "):
        _modifiers(cursor, result)
    cursor.end()
    if result.changed_since is not None:
        asked.add_name(b"MODSEQ")
    result.plan = compile_plan(asked.items, by_uid=by_uid)
    if len(raw) <= CACHED_OCTETS and b"{" not in raw:
        if len(_CACHE) >= CACHE_SIZE:
            _CACHE.clear()
        _CACHE[key] = result
    return result


def _attributes(cursor: Cursor) -> _FetchItems:
    asked = _FetchItems()
    if not cursor.maybe(b"("):
        for macro, names in MACROS.items():
            if cursor.word(macro):
                for name in names:
                    asked.add_name(name)
                return asked
        asked.add(cursor)
        return asked
    asked.add(cursor)
    while not cursor.maybe(b")"):
        cursor.sp()
        asked.add(cursor)
    return asked


def attribute_plan(cursor: Cursor) -> Plan:
    """An attribute list in parentheses somewhere in a command; UID is always among them. Bad."""
    if cursor.peek() != b"(":
        cursor.fail("items in parentheses")
    return compile_plan(_attributes(cursor).items, by_uid=True)


def _modifiers(cursor: Cursor, result: FetchRequest) -> None:
    """fetch-modifiers = "(" fetch-modifier *(SP fetch-modifier) ")" (RFC 4466 §2.4)."""
    cursor.expect(b"(")
    while True:
        for name, parse in MODIFIERS.items():
            if cursor.word(name):
                parse(cursor, result)
                break
        else:
            cursor.fail(b", ".join(MODIFIERS).decode("ascii"))
        if cursor.maybe(b")"):
            return
        cursor.sp()


def compile_plan(items: dict[bytes, Item], *, by_uid: bool) -> Plan:
    """Lay out the fields and bind each item to them; UID is added in a UID command.

    It is added, too, where there might be nothing else to be told of a message.
    """
    if (by_uid or all(item.sparse for item in items.values())) and b"UID" not in items:
        items = {b"UID": FETCH_ITEMS[b"UID"](Cursor(b"")), **items}
    seen = any(item.seen for item in items.values())
    more = [name for name in (b"UID", b"FLAGS", b"MODSEQ") if seen and name not in items]
    additional = {name: FETCH_ITEMS[name](Cursor(b"")) for name in more}
    fields = _fields([*items.values(), *additional.values()])
    indexes = {each: at for at, each in enumerate((MessageField.UID, *fields))}
    index_of = indexes.__getitem__
    extra = {name: item.part(index_of) for name, item in additional.items() if item.part}
    return Plan(
        fields,
        [item.part(index_of) for item in items.values() if item.part],
        [item.body(index_of) for item in items.values() if item.body],
        seen,
        any(item.modseq for item in items.values()),
        [part for name, part in extra.items() if name == b"FLAGS"],
        list(extra.values()),
        items,
        any(item.annotates for item in items.values()),
    )


def merge_plans(plans: Sequence[Plan]) -> Plan:
    """All items of some plans, each once; UID is among them."""
    if len(plans) == 1:
        return plans[0]
    items = {name: item for plan in plans for name, item in plan.items.items()}
    return compile_plan(items, by_uid=True)


def _fields(items: Iterable[Item]) -> tuple[MessageField, ...]:
    fields = dict.fromkeys(each for item in items for each in item.fields)
    fields.pop(MessageField.UID, None)
    return tuple(fields)


_NOTHING = Plan((), [], [], False, False, [], [])
_CACHE: dict[tuple[bool, bytes], FetchRequest] = {}
