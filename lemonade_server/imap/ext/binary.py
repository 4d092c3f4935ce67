"""BINARY: parts without their transfer encoding, and APPEND of any octets (RFC 3516).

APPEND takes ``~{n}`` for every mailbox and stores what it is given (RFC 5550 §5.2): the grammar
is that of ``append.py``.
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.fetch.plan import Body, FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.store.decoded_parts import DecodedPart, decoded_size, get_decoded_part
from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.section import partial, section

BINARY = capability(Capability(b"BINARY", 3516, states.LOGGED_IN))

FIELDS = (MessageField.CONTENT, MessageField.SIZE, MessageField.PART_TABLE)


@fetch_item(b"BINARY")
def binary(cursor: Cursor) -> Item:
    """BINARY[…] sets \\Seen."""
    return _item(cursor, seen=True)


@fetch_item(b"BINARY.PEEK")
def binary_peek(cursor: Cursor) -> Item:
    return _item(cursor, seen=False)


@fetch_item(b"BINARY.SIZE")
def binary_size(cursor: Cursor) -> Item:
    """How many octets BINARY would bring; 0 for a part that is not there."""
    place = _place(cursor)
    label = b"BINARY.SIZE[%b]" % place.encode("ascii")

    def bind(index_of: FieldIndex) -> Part:
        content, size, parts = map(index_of, FIELDS)

        def part(row: Row, frame: Frame) -> bytes:
            table = bytes(row[parts])
            return b"%b %d" % (label, decoded_size(frame.tx, row[content], row[size], table, place))

        return part

    return Item(FIELDS, bind)


def _place(cursor: Cursor) -> str:
    """section-binary = "[" [section-part] "]" """
    cursor.expect(b"[")
    found = section(cursor)
    if found.names or (not found.place.replace(".", "0").isdecimal() and found.place):
        raise Bad("BINARY takes part numbers only")
    cursor.expect(b"]")
    return found.place


def _item(cursor: Cursor, *, seen: bool) -> Item:
    place = _place(cursor)
    span = partial(cursor)
    origin = b"" if span is None else b"<%d>" % span[0]
    label = b"BINARY[%b]%b " % (place.encode("ascii"), origin)

    def bind(index_of: FieldIndex) -> Body:
        content, size, parts = map(index_of, FIELDS)

        def find(row: Row, frame: Frame) -> tuple[bytes, DecodedPart | None]:
            table = bytes(row[parts])
            return label, get_decoded_part(frame.tx, row[content], row[size], table, place, span)

        return find

    return Item(FIELDS, body=bind, seen=seen)
