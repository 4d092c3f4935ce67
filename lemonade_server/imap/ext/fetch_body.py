"""FETCH items that hold octets of the message: BODY[…] and the three RFC822 items.

RFC 3501 §6.4.5. Only as much of a row is read as the section needs: the header comes rendered,
the whole message needs no part table.
"""

from __future__ import annotations

from lemonade_server.imap.fetch.plan import Body, FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.store.extract import Extract, cut, locate
from lemonade_server.store.ids import ContentId
from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire import headers
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.section import Partial, Section, partial, section


@fetch_item(b"BODY")
def body(cursor: Cursor) -> Item:
    """BODY alone is the structure without extension data; with a section it sets \\Seen."""
    return (
        _section_item(cursor, seen=True)
        if cursor.peek() == b"["
        else Item((MessageField.BODY,), _shape)
    )


@fetch_item(b"BODY.PEEK")
def body_peek(cursor: Cursor) -> Item:
    """BODY[…] that leaves \\Seen alone (B-48)."""
    return _section_item(cursor, seen=False)


@fetch_item(b"RFC822")
def rfc822(_: Cursor) -> Item:
    return _item(b"RFC822 ", Section(), None, seen=True)


@fetch_item(b"RFC822.HEADER")
def rfc822_header(_: Cursor) -> Item:
    return _item(b"RFC822.HEADER ", Section("HEADER"), None, seen=False)


@fetch_item(b"RFC822.TEXT")
def rfc822_text(_: Cursor) -> Item:
    return _item(b"RFC822.TEXT ", Section("TEXT"), None, seen=True)


def _shape(index_of: FieldIndex) -> Part:
    at = index_of(MessageField.BODY)

    def part(row: Row, _: Frame) -> bytes:
        return b"BODY %b" % row[at]

    return part


def _section_item(cursor: Cursor, *, seen: bool) -> Item:
    cursor.expect(b"[")
    wanted = section(cursor)
    cursor.expect(b"]")
    part = partial(cursor)
    origin = b"" if part is None else b"<%d>" % part[0]
    return _item(b"BODY[%b]%b " % (wanted.render(), origin), wanted, part, seen=seen)


def _item(label: bytes, wanted: Section, part: Partial, *, seen: bool) -> Item:
    if wanted.place == "HEADER":
        return Item(
            (MessageField.CONTENT, MessageField.HEADER),
            body=lambda c: _header(c, label, wanted, part),
            seen=seen,
        )
    table = (MessageField.PART_TABLE,) if wanted.place else ()
    fields = (MessageField.CONTENT, MessageField.SIZE, *table)
    return Item(fields, body=lambda c: _octets(c, label, wanted, part), seen=seen)


def _header(index_of: FieldIndex, label: bytes, wanted: Section, part: Partial) -> Body:
    """From the header that is kept with the row: no blob is read."""
    content, header = index_of(MessageField.CONTENT), index_of(MessageField.HEADER)

    def find(row: Row, _: Frame) -> tuple[bytes, Extract | None]:
        block = bytes(row[header])
        if wanted.names:
            block = headers.select(block, wanted.names, exclude=wanted.exclude)
        if part is not None:
            low, high = cut(0, len(block), part)
            block = block[low:high]
        return label, Extract(ContentId(row[content]), 0, 0, block)

    return find


def _octets(index_of: FieldIndex, label: bytes, wanted: Section, part: Partial) -> Body:
    content, size = index_of(MessageField.CONTENT), index_of(MessageField.SIZE)
    parts = index_of(MessageField.PART_TABLE) if wanted.place else -1

    def find(row: Row, frame: Frame) -> tuple[bytes, Extract | None]:
        table = bytes(row[parts]) if parts >= 0 else b""
        return label, locate(frame.tx, row[content], row[size], table, wanted, part)

    return find
