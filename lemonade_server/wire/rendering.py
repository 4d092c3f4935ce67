"""Everything the store keeps of a message beside its octets, made once when it arrives.

``render_message`` scans; ``replace_header`` and ``prepend_header`` make the rendering of a message
whose header alone has changed, and look at the header alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

from lemonade_server.wire import body_text, fetch_structures, headers, part_table, text, thread_keys
from lemonade_server.wire.addresses import addresses
from lemonade_server.wire.mime import Part, Source, scan

VERSION = 2

FIELD_TEXT_LIMIT = 65_536  # octets of one field that are searched
HEADER_TEXT_LIMIT = 262_144  # octets of a header that are searched as a whole
TRACE_FIELDS = frozenset({b"received", b"return-path", b"delivered-to"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class FromHeader:
    """What the header block alone decides. Search text and sort keys: see ``text.casemap``.

    ``sent`` is the Date field in seconds since 1970, ``sent_day`` the ordinal of its day as
    written, zone ignored (RFC 3501 §6.4.4, SENTON). ``references`` are message identifiers with
    blanks between, those of In-Reply-To when there are no others (RFC 5256 §3). The sort keys are
    mailboxes without hosts (RFC 5256 §3). ``header_text`` has one line a field, ``NAME: VALUE``.
    """

    header: bytes = b""
    envelope: bytes = b""
    sent: int | None = None
    sent_day: int | None = None
    message_id: str = ""
    references: str = ""
    base_subject: str = ""
    sort_from: str = ""
    sort_to: str = ""
    sort_cc: str = ""
    subject: str = ""
    sender: str = ""
    recipient: str = ""
    cc: str = ""
    bcc: str = ""
    header_text: str = ""


@dataclass(slots=True, kw_only=True)
class StoredRendering(FromHeader):
    """What is kept in columns: the above, and what the bodies decide."""

    size: int
    preview: str
    bodystructure: bytes
    body: bytes
    parts: bytes
    body_text: str


_KEPT = tuple(field.name for field in fields(StoredRendering))


@dataclass(slots=True, kw_only=True)
class Rendering(StoredRendering):
    """``StoredRendering`` with the part tree it was made from."""

    root: Part


def render_message(source: Source) -> Rendering:
    """Render a message. The work is bounded by its headers and texts, not by its attachments."""
    root = scan(source)
    words, shown = body_text.body_text(source, root)
    body, bodystructure = fetch_structures.structures(root, source.read)
    rendering = Rendering(
        size=source.size,
        preview=shown,
        bodystructure=bodystructure,
        body=body,
        parts=part_table.pack(root),
        body_text=text.casemap(words),
        root=root,
    )
    read_header(rendering, source.read(root.header_start, root.body_start))
    return rendering


def in_front(stored: StoredRendering, added: bytes) -> bytes:
    """Header lines to put in front; with a blank line where the message is text without a header.

    RFC 5322 §2.1: or the text would go on with the header.
    """
    return added if stored.header or not stored.size else added + b"\r\n"


def prepend_header(stored: StoredRendering, added: bytes) -> StoredRendering:
    """The rendering after whole header lines were put in front.

    Trace fields decide nothing but the header itself: for them the old one is not read again.
    """
    header = added + stored.header
    names = {name.lower() for name, _, _, _ in headers.each(added)}
    continued = stored.header.startswith((b" ", b"\t"))  # goes on with the last line put in front
    if continued or not names <= TRACE_FIELDS or len(header) > HEADER_TEXT_LIMIT:
        return replace_header(stored, header)
    changed = _resize(stored, len(added))
    changed.header = header
    shown = text.casemap(body_text.header_text(headers.unfolded_fields(added)))
    changed.header_text = "\n".join(filter(None, (shown, stored.header_text)))
    return changed


def replace_header(stored: StoredRendering, header: bytes) -> StoredRendering:
    """The rendering with another header block whose MIME fields are the same: nothing is scanned.

    ``header`` holds the blank line at its end when the old one does.
    """
    changed = _resize(stored, len(header) - len(stored.header))
    read_header(changed, header)
    return changed


def _resize(stored: StoredRendering, by: int) -> StoredRendering:
    """A copy for a header that has grown by so many octets."""
    changed = StoredRendering(**{name: getattr(stored, name) for name in _KEPT})
    changed.size += by
    changed.parts = part_table.shift(stored.parts, by)
    return changed


def read_header(target: FromHeader, header: bytes) -> None:
    """Fill in all that a header block decides."""
    values = headers.unfolded_fields(header)
    table = headers.tabulate(values)
    target.header = header
    target.envelope = fetch_structures.envelope_of(table)
    if len(header) > HEADER_TEXT_LIMIT:
        values = headers.unfolded_fields(header[:HEADER_TEXT_LIMIT])
    target.header_text = text.casemap(body_text.header_text(values))
    _read_texts(target, table)
    _read_thread(target, table)
    target.sort_from = _sort_key(table, b"from")
    target.sort_to = _sort_key(table, b"to")
    target.sort_cc = _sort_key(table, b"cc")


def _read_texts(target: FromHeader, table: fetch_structures.Table) -> None:
    subject = _decode_field(table, b"subject")
    target.subject = text.casemap(subject)
    target.base_subject = text.casemap(thread_keys.base_subject(subject))
    target.sender = _addressees(table, b"from")
    target.recipient = _addressees(table, b"to")
    target.cc = _addressees(table, b"cc")
    target.bcc = _addressees(table, b"bcc")


def _read_thread(target: FromHeader, table: fetch_structures.Table) -> None:
    identifiers = thread_keys.message_ids(_first(table, b"message-id"))
    target.message_id = identifiers[0] if identifiers else ""
    references = thread_keys.message_ids(b" ".join(table.get(b"references", ())))
    if not references:
        references = thread_keys.message_ids(_first(table, b"in-reply-to"))[:1]
    target.references = " ".join(references)
    date = thread_keys.sent_date(_first(table, b"date"))
    target.sent = int((date - _EPOCH).total_seconds()) if date else None
    target.sent_day = date.toordinal() if date else None


def _first(table: fetch_structures.Table, name: bytes) -> bytes:
    values = table.get(name)
    return values[0] if values else b""


def _decode_field(table: fetch_structures.Table, name: bytes) -> str:
    """All fields of that name as text, a line each."""
    return "\n".join(text.decode_words(value[:FIELD_TEXT_LIMIT]) for value in table.get(name, ()))


def _addressees(table: fetch_structures.Table, name: bytes) -> str:
    """Search text of address fields: as they are written, and below it the addresses and names that
    do not stand in it as ENVELOPE tells them. There may be comments and blanks in an address, and
    quotes and folds in a name (RFC 5322 §3.4).
    """
    written = text.casemap(_decode_field(table, name))
    missing: dict[str, None] = {}
    for value in table.get(name, ()):
        for display, _, mailbox, host in addresses(value[:FIELD_TEXT_LIMIT]):
            address = b"%b@%b" % (mailbox, host) if mailbox and host else mailbox
            for part in (display, address):
                shown = text.casemap(text.decode_words(part)) if part else ""
                if shown and shown not in written:
                    missing[shown] = None
    return "\n".join([written, *missing])


def _sort_key(table: fetch_structures.Table, name: bytes) -> str:
    found = fetch_structures.address_fields(table, name)
    return text.casemap(text.guess(found[0][2] or b"")) if found else ""
