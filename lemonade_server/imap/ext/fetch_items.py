"""FETCH items that are in a row already: numbers, flags, dates and what was rendered on arrival.

RFC 3501 §6.4.5 and §7.4.2, MODSEQ of RFC 7162 §3.1.4.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from lemonade_server.imap.fetch.plan import FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.store import flags
from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire import dates
from lemonade_server.wire.cursor import Cursor


def _field(field: MessageField, template: bytes) -> Callable[[Cursor], Item]:
    """An item that is one field in a template."""

    def bind(index_of: FieldIndex) -> Part:
        at = index_of(field)

        def part(row: Row, _: Frame) -> bytes:
            return template % (row[at],)

        return part

    item = Item((field,), bind)
    return lambda _: item


fetch_item(b"UID")(_field(MessageField.UID, b"UID %d"))
fetch_item(b"RFC822.SIZE")(_field(MessageField.SIZE, b"RFC822.SIZE %d"))
fetch_item(b"ENVELOPE")(_field(MessageField.ENVELOPE, b"ENVELOPE %b"))
fetch_item(b"BODYSTRUCTURE")(_field(MessageField.BODYSTRUCTURE, b"BODYSTRUCTURE %b"))


@fetch_item(b"FLAGS")
def flags_item(_: Cursor) -> Item:
    """System flags, \\Recent and keywords."""

    def bind(index_of: FieldIndex) -> Part:
        bits, keywords = index_of(MessageField.SYSTEM_FLAGS), index_of(MessageField.KEYWORDS)

        def part(row: Row, frame: Frame) -> bytes:
            view = frame.view
            recent = bool(view.recent) and view.is_recent(row[0])
            return b"FLAGS (%b)" % flags.render(row[bits], row[keywords], recent)

        return part

    return Item((MessageField.SYSTEM_FLAGS, MessageField.KEYWORDS), bind)


@fetch_item(b"MODSEQ")
def modseq_item(_: Cursor) -> Item:
    """The mod-sequence of the message's newest change."""

    def bind(index_of: FieldIndex) -> Part:
        at = index_of(MessageField.MODSEQ)

        def part(row: Row, _: Frame) -> bytes:
            return b"MODSEQ (%d)" % row[at]

        return part

    return Item((MessageField.MODSEQ,), bind, modseq=True)


@fetch_item(b"INTERNALDATE")
def internaldate_item(_: Cursor) -> Item:
    """When the message arrived, in the zone that was given with it (B-50)."""

    def bind(index_of: FieldIndex) -> Part:
        when, zone = index_of(MessageField.INTERNALDATE), index_of(MessageField.ZONE)

        def part(row: Row, _: Frame) -> bytes:
            return b"INTERNALDATE %b" % _date_time(row[when], row[zone])

        return part

    return Item((MessageField.INTERNALDATE, MessageField.ZONE), bind)


_date_time = lru_cache(maxsize=4096)(dates.date_time)
