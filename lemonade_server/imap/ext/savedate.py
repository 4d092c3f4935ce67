"""SAVEDATE: when a message came into its mailbox, by APPEND, COPY or MOVE (RFC 8514)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.fetch.plan import FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.search.program import Program, SearchKey, search_key
from lemonade_server.store.message_fields import MessageField
from lemonade_server.store.search_tree import All, Node, SavedDay
from lemonade_server.wire import dates
from lemonade_server.wire.cursor import Cursor

SAVEDATE = capability(Capability(b"SAVEDATE", 8514, states.LOGGED_IN))


@fetch_item(b"SAVEDATE")
def savedate_item(_: Cursor) -> Item:
    """In UTC: it is the server's own clock."""

    def bind(index_of: FieldIndex) -> Part:
        at = index_of(MessageField.SAVEDATE)

        def part(row: Row, _: Frame) -> bytes:
            return b"SAVEDATE %b" % dates.date_time(row[at])

        return part

    return Item((MessageField.SAVEDATE,), bind)


def _day(how: str) -> SearchKey:
    return lambda _, cursor: SavedDay(how, cursor.sp().date().toordinal())


for _name, _how in ((b"SAVEDBEFORE", "before"), (b"SAVEDON", "on"), (b"SAVEDSINCE", "since")):
    search_key(_name)(_day(_how))


@search_key(b"SAVEDATESUPPORTED")
def savedate_supported(_: Program, __: Cursor) -> Node:
    """Every message: each mailbox here keeps the date."""
    return All()
