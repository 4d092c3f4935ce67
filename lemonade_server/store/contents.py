"""Contents: immutable messages as ropes, made from others without moving octets.

A content starts unused; messages and submissions ``hold`` it. What nobody holds is erased an hour
later (``store/erase.py``), so a content or piece that was just looked up stays readable.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from lemonade_server.wire import headers
from lemonade_server.wire.rendering import (
    VERSION,
    Stored,
    prepend_header,
    render_message,
    replace_header,
)

from .blobs import blob_store
from .db import Database
from .errors import Gone
from .ids import BlobId, ContentId
from .ingest import Prepared, commit, rendered, search_text
from .new_blobs import NewBlob, new_blob
from .ropes import Piece, RopeSource, Strand, known, span, strands
from .spool import Spool
from .sql import contents as sql
from .tx import Tx

__all__ = [
    "ContentRow",
    "Piece",
    "RopeSource",
    "assemble",
    "discard",
    "hold",
    "load",
    "outdated",
    "pieces",
    "prepare_rope",
    "read",
    "release",
    "rerender",
    "stream",
    "with_header",
    "without_fields",
]

Part: TypeAlias = Piece | bytes | Spool | NewBlob

CHUNK = 262_144


@dataclass(slots=True)
class ContentRow:
    """What is kept of a message beside its octets. See ``wire/rendering.py``."""

    size: int
    version: int
    sent: int | None
    sent_day: int | None
    message_id: str
    references: str
    base_subject: str
    sort_from: str
    sort_to: str
    sort_cc: str
    preview: str
    envelope: bytes
    bodystructure: bytes
    body: bytes
    parts: bytes
    header: bytes


def load(tx: Tx, content_id: ContentId) -> ContentRow:
    """The rendering of a content. Raises Gone."""
    row = tx.row(sql.CONTENT, (content_id,))
    if row is None:
        raise Gone("message")
    return ContentRow(*row)


def pieces(tx: Tx, content_id: ContentId, start: int = 0, stop: int | None = None) -> list[Piece]:
    """[start, stop) of a content as pieces of blobs, cut to the span. Raises Gone."""
    rope = strands(tx, content_id)
    size = sum(strand.length for strand in rope)
    chosen = span(rope, start, size if stop is None else stop)
    return [Piece(strand.blob, strand.start, strand.length) for strand in chosen]


def read(tx: Tx, content_id: ContentId, start: int, stop: int) -> bytes:
    """Octets of [start, stop) at once: for small spans. Raises Gone."""
    chosen = span(strands(tx, content_id), start, stop)
    return b"".join(strand.read(tx, 0, strand.length) for strand in chosen)


async def stream(
    db: Database, content_id: ContentId, start: int, stop: int, chunk: int = CHUNK
) -> AsyncIterator[bytes]:
    """Octets of [start, stop) in pieces of at most ``chunk``. Raises Gone.

    No transaction or file stays open between two pieces, however slow the reader is.
    """
    rope = await db.read(lambda tx: span(strands(tx, content_id), start, stop))
    for strand in rope:
        for at in range(0, strand.length, chunk):
            stop_at = min(at + chunk, strand.length)
            if strand.place:
                yield await db.run(partial(_read_file, strand, at, stop_at))
            else:
                yield await db.read(partial(_read_row, strand, at, stop_at))


def _read_file(strand: Strand, start: int, stop: int) -> bytes:
    return blob_store().read(strand.place, strand.start + start, strand.start + stop)


def _read_row(strand: Strand, start: int, stop: int, tx: Tx) -> bytes:
    return strand.read(tx, start, stop)


def assemble(tx: Tx, parts: Sequence[Part]) -> ContentId:
    """A new content of pieces of others and new octets (RFC 4469). Raises Gone, StoreFull.

    Blobs are shared; only new text, headers and what may hold a boundary is read. Nothing is added
    between the parts. Give new octets over 64 KiB as ``NewBlob``s, made outside the transaction.
    """
    return commit(tx, prepare_rope(tx, parts))


def prepare_rope(tx: Tx, parts: Sequence[Part]) -> Prepared:
    """The reading half of ``assemble``: may run in a reading transaction before."""
    rope = [
        part
        if isinstance(part, Piece | NewBlob)
        else new_blob(part.buffer() if isinstance(part, Spool) else part)
        for part in parts
        if not isinstance(part, bytes) or part
    ]
    return Prepared(render_message(RopeSource(tx, _strands_of(tx, rope))), rope)


def _strands_of(tx: Tx, rope: Sequence[Piece | NewBlob]) -> list[Strand]:
    old = iter(known(tx, [item for item in rope if isinstance(item, Piece)]))
    return [next(old) if isinstance(item, Piece) else _strand(tx, item) for item in rope]


def _strand(tx: Tx, blob: NewBlob) -> Strand:
    place = blob.place
    if blob.data is None and not place:
        found = tx.row(sql.BLOB_BY_HASH, (blob.sha256,))
        if found is None:
            raise Gone("message")
        place = found[1]
    return Strand(BlobId(0), 0, blob.size, blob.size, blob.lines, blob.dashes, place, blob.data)


def with_header(tx: Tx, content_id: ContentId, added: bytes) -> ContentId:
    """A new content with whole header lines in front, as trace fields. Nothing is scanned."""
    stored = _stored(tx, content_id)
    rope: list[Piece | NewBlob] = [new_blob(added), *pieces(tx, content_id)]
    return commit(tx, Prepared(prepend_header(stored, added), rope))


def without_fields(tx: Tx, content_id: ContentId, names: Collection[bytes]) -> ContentId:
    """A new content without these fields of its own header (Bcc). Their octets stay in the blob,
    but not in the message. MIME fields can't be removed so: ValueError.
    """
    wanted = {name.lower() for name in names}
    if any(name.startswith(b"content-") or name == b"mime-version" for name in wanted):
        raise ValueError("these fields decide the structure of the message")
    stored = _stored(tx, content_id)
    kept: list[tuple[int, int]] = []
    at = 0
    for name, _, start, stop in headers.each(stored.header):
        if name.lower() in wanted:
            if start > at:
                kept.append((at, start))
            at = stop
    header = b"".join(stored.header[start:stop] for start, stop in kept) + stored.header[at:]
    kept.append((at, stored.size))
    whole = strands(tx, content_id)
    rope: list[Piece | NewBlob] = [
        Piece(strand.blob, strand.start, strand.length)
        for start, stop in kept
        for strand in span(whole, start, stop)
    ]
    return commit(tx, Prepared(replace_header(stored, header), rope))


def _stored(tx: Tx, content_id: ContentId) -> Stored:
    row = load(tx, content_id)
    text = tx.row(sql.TEXT, (content_id,))
    if text is None:
        raise Gone("message")
    subject, sender, recipient, cc, bcc, header_text, body_text = text
    return Stored(
        header=row.header, envelope=row.envelope, sent=row.sent, sent_day=row.sent_day,
        message_id=row.message_id, references=row.references, base_subject=row.base_subject,
        sort_from=row.sort_from, sort_to=row.sort_to, sort_cc=row.sort_cc, subject=subject,
        sender=sender, recipient=recipient, cc=cc, bcc=bcc, header_text=header_text,
        size=row.size, preview=row.preview, bodystructure=row.bodystructure, body=row.body,
        parts=row.parts, body_text=body_text,
    )  # fmt: skip


def hold(tx: Tx, content_id: ContentId, count: int = 1) -> None:
    """Count uses of a content. Raises Gone when it was erased meanwhile."""
    if tx.execute(sql.HOLD, (count, content_id)) != 1:
        raise Gone("message")


def release(tx: Tx, content_id: ContentId, count: int = 1) -> None:
    """Give uses of a content back; it is erased an hour after the last."""
    tx.execute(sql.RELEASE, (count, count, int(time.time()), content_id))


def discard(tx: Tx, content_id: ContentId) -> None:
    """Remove a content now if nothing uses it: an intermediate one of the same transaction."""
    if tx.row(sql.IS_UNUSED, (content_id,)) is not None:
        drop(tx, [content_id])


def drop(tx: Tx, contents: list[ContentId]) -> None:
    """Remove unused contents and their uses of blobs."""
    tx.execute(sql.FREE_BLOBS, (int(time.time()), contents))
    for statement in (sql.DROP_SEGMENTS, sql.DROP_TEXT, sql.DROP_USES, sql.DROP_CONTENTS):
        tx.execute(statement, (contents,))


def outdated(tx: Tx, after: ContentId, limit: int) -> list[ContentId]:
    """Contents above ``after`` that an older program has rendered, ascending."""
    return [ContentId(row[0]) for row in tx.rows(sql.OUTDATED, (VERSION, after, limit))]


def rerender(tx: Tx, content_id: ContentId) -> None:
    """Render a content anew, after ``wire.rendering.VERSION`` has grown."""
    rendering = render_message(RopeSource(tx, strands(tx, content_id)))
    tx.execute(sql.SET_CONTENT, (*rendered(rendering), content_id))
    tx.execute(sql.DROP_TEXT, ([content_id],))
    tx.execute(sql.ADD_TEXT, (content_id, *search_text(rendering)))
