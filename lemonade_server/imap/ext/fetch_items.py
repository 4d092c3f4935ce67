"""FETCH items that are in a row already: numbers, flags, dates and what was rendered on arrival.

RFC 3501 §6.4.5 and §7.4.2, MODSEQ of RFC 7162 §3.1.4.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from lemonade_server.imap.fetch.plan import Column, Frame, Item, Part, Row, fetch_item
from lemonade_server.store import flags
from lemonade_server.wire import dates
from lemonade_server.wire.cursor import Cursor


def _column(name: str, template: bytes) -> Callable[[Cursor], Item]:
    """An item that is one column in a template."""

    def bind(column: Column) -> Part:
        at = column(name)

        def part(row: Row, _: Frame) -> bytes:
            return template % (row[at],)

        return part

    item = Item((name,), bind)
    return lambda _: item


fetch_item(b"UID")(_column("m.uid", b"UID %d"))
fetch_item(b"RFC822.SIZE")(_column("m.size", b"RFC822.SIZE %d"))
fetch_item(b"ENVELOPE")(_column("c.envelope", b"ENVELOPE %b"))
fetch_item(b"BODYSTRUCTURE")(_column("c.bodystructure", b"BODYSTRUCTURE %b"))


@fetch_item(b"FLAGS")
def flags_item(_: Cursor) -> Item:
    """System flags, \\Recent and keywords."""

    def bind(column: Column) -> Part:
        bits, keywords = column("m.bits"), column("m.keywords")

        def part(row: Row, frame: Frame) -> bytes:
            view = frame.view
            recent = bool(view.recent) and view.is_recent(row[0])
            return b"FLAGS (%b)" % flags.render(row[bits], row[keywords], recent)

        return part

    return Item(("m.bits", "m.keywords"), bind)


@fetch_item(b"MODSEQ")
def modseq_item(_: Cursor) -> Item:
    """The mod-sequence of the message's newest change."""

    def bind(column: Column) -> Part:
        at = column("m.modseq")

        def part(row: Row, _: Frame) -> bytes:
            return b"MODSEQ (%d)" % row[at]

        return part

    return Item(("m.modseq",), bind, modseq=True)


@fetch_item(b"INTERNALDATE")
def internaldate_item(_: Cursor) -> Item:
    """When the message arrived, in the zone that was given with it (B-50)."""

    def bind(column: Column) -> Part:
        when, zone = column("m.internaldate"), column("m.zone")

        def part(row: Row, _: Frame) -> bytes:
            return b"INTERNALDATE %b" % _date_time(row[when], row[zone])

        return part

    return Item(("m.internaldate", "m.zone"), bind)


_date_time = lru_cache(maxsize=4096)(dates.date_time)
