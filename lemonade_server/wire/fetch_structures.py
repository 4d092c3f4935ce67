"""ENVELOPE, BODY and BODYSTRUCTURE as they stand in a FETCH response.

RFC 3501 §7.4.2 and §9 (``envelope``, ``body``); RFC 9051 changes nothing in them but the name of
MESSAGE/GLOBAL. Rendered once, when a message is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lemonade_server.wire import headers
from lemonade_server.wire.addresses import Address, addresses
from lemonade_server.wire.mime import Part
from lemonade_server.wire.parameters import Params
from lemonade_server.wire.syntax import nstring, string

Read = Callable[[int, int], bytes]
"""Octets [start, stop) of the message: ``Source.read``."""

Table = Mapping[bytes, list[bytes]]
"""What ``headers.table`` gives."""


def envelope(header: bytes) -> bytes:
    """The ENVELOPE of a header block."""
    return envelope_of(headers.table(header))


def envelope_of(table: Table) -> bytes:
    """The ENVELOPE of a header that was read already. Date and Subject stay as they are (B-44)."""
    sender = _address_list(table, b"from")
    return b"(%b)" % b" ".join(
        (
            nstring(_first(table, b"date")),
            nstring(_first(table, b"subject")),
            sender or b"NIL",
            _address_list(table, b"sender") or sender or b"NIL",
            _address_list(table, b"reply-to") or sender or b"NIL",
            _address_list(table, b"to") or b"NIL",
            _address_list(table, b"cc") or b"NIL",
            _address_list(table, b"bcc") or b"NIL",
            nstring(_first(table, b"in-reply-to")),
            nstring(_first(table, b"message-id")),
        )
    )


def address_fields(table: Table, name: bytes) -> list[Address]:
    """Addresses of all fields of that name: some mailers repeat To and Cc."""
    return [address for value in table.get(name, ()) for address in addresses(value)]


def structures(part: Part, read: Read) -> tuple[bytes, bytes]:
    """BODY, and BODYSTRUCTURE, which is the same with extension data."""
    if part.is_multipart:
        children = [structures(child, read) for child in part.children]
        subtype = string(part.subtype.encode())
        short = b"".join([body for body, _ in children])
        long = b"".join([bodystructure for _, bodystructure in children])
        tail = b"%b %b" % (_params(part.params), _tail(part))
        return b"(%b %b)" % (short, subtype), b"(%b %b %b)" % (long, subtype, tail)
    items = [
        string(part.type.encode()),
        string(part.subtype.encode()),
        _params(part.params),
        nstring(part.id),
        nstring(part.description),
        string(part.encoding.encode()),
        b"%d" % (part.stop - part.body_start),
    ]
    start = b" ".join(items)
    if part.is_message:
        inner = part.children[0]
        head = envelope(read(inner.header_start, inner.body_start))
        short, long = (
            b"(%b %b %b %d" % (start, head, found, part.lines) for found in structures(inner, read)
        )
    else:
        short = long = b"(%b %d" % (start, part.lines) if part.type == "text" else b"(" + start
    return short + b")", b"%b %b %b)" % (long, nstring(part.md5), _tail(part))


def _first(table: Table, name: bytes) -> bytes | None:
    values = table.get(name)
    return values[0] if values else None


def _address_list(table: Table, name: bytes) -> bytes:
    found = address_fields(table, name)
    if not found:
        return b""
    return b"(%b)" % b"".join(b"(%b)" % b" ".join(map(nstring, address)) for address in found)


def _tail(part: Part) -> bytes:
    """Disposition, language, location: the end of both kinds of extension data (B-41)."""
    disposition = b"NIL"
    if part.disposition is not None:
        kind, found = part.disposition
        disposition = b"(%b %b)" % (string(kind.encode()), _params(found))
    languages = [string(language.encode()) for language in part.language]
    if len(languages) > 1:
        language = b"(%b)" % b" ".join(languages)
    else:
        language = languages[0] if languages else b"NIL"
    return b" ".join((disposition, language, nstring(part.location)))


def _params(found: Params) -> bytes:
    if not found:
        return b"NIL"
    return b"(%b)" % b" ".join(string(text.encode("latin-1")) for pair in found for text in pair)
