"""Contents: immutable messages as ropes, made from others without moving octets.

A content starts unused; messages and submissions ``hold`` it. What nobody holds is erased an hour
later (``store/erase.py``), so a content or piece that was just looked up stays readable.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from lemonade_server.wire.rendering import VERSION, StoredRendering, render_message

from .blobs import blob_store
from .db import Database
from .errors import Gone
from .ids import BlobId, ContentId
from .ingest import PreparedMessage, commit, rendering_columns, search_text
from .new_blobs import NewBlob, NewPiece, new_blob, whole
from .ropes import Piece, RopeSource, Strand, load_strands, span, strands, strands_with_data
from .spool import Spool
from .sql import contents as sql
from .tx import Tx

__all__ = [
    "ContentRow",
    "Piece",
    "RopeSource",
    "assemble",
    "find_outdated",
    "hold",
    "load",
    "pieces",
    "prepare_rope",
    "prepare_stored",
    "read",
    "release",
    "rerender",
    "size_and_part_table",
    "size_of",
    "stream",
]

Part: TypeAlias = Piece | bytes | Spool | NewBlob

GRACE = 3_600
"""Seconds between the last use of a content and its end."""

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


def size_of(tx: Tx, content_id: ContentId) -> int | None:
    """Octets of a content, None when it is gone."""
    size: int | None = tx.value(sql.SIZE, (content_id,))
    return size


def size_and_part_table(tx: Tx, content_id: ContentId) -> tuple[int, bytes] | None:
    """Octets of a content, and where its parts are; None when it is gone."""
    row = tx.row(sql.SIZE_AND_PARTS, (content_id,))
    return None if row is None else (int(row[0]), bytes(row[1]))


def pieces(tx: Tx, content_id: ContentId, start: int = 0, stop: int | None = None) -> list[Piece]:
    """[start, stop) of a content as pieces of blobs, cut to the span. Raises Gone."""
    rope = strands(tx, content_id)
    size = sum(strand.length for strand in rope)
    chosen = span(rope, start, size if stop is None else stop)
    return [Piece(strand.blob, strand.start, strand.length) for strand in chosen]


def read(tx: Tx, content_id: ContentId, start: int, stop: int) -> bytes:
    """Octets of [start, stop) at once: for small spans. Raises Gone."""
    rope = strands(tx, content_id) if start else strands_with_data(tx, content_id, stop)
    chosen = span(rope, start, stop)
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


def prepare_rope(tx: Tx, parts: Sequence[Part]) -> PreparedMessage:
    """The reading half of ``assemble``: may run in a reading transaction before."""
    rope = [_piece(part) for part in parts if not isinstance(part, bytes) or part]
    return PreparedMessage(render_message(RopeSource(tx, _strands_of(tx, rope))), rope)


def _piece(part: Part) -> Piece | NewPiece:
    if isinstance(part, Piece):
        return part
    if isinstance(part, Spool):
        return whole(new_blob(part.buffer()))
    return whole(new_blob(part) if isinstance(part, bytes) else part)


def _strands_of(tx: Tx, rope: Sequence[Piece | NewPiece]) -> list[Strand]:
    old = iter(load_strands(tx, [item for item in rope if isinstance(item, Piece)]))
    return [next(old) if isinstance(item, Piece) else _strand(tx, item.blob) for item in rope]


def _strand(tx: Tx, blob: NewBlob) -> Strand:
    place = blob.place
    if blob.data is None and not place:
        found = tx.row(sql.BLOB_BY_HASH, (blob.sha256,))
        if found is None:
            raise Gone("message")
        place = found[1]
    return Strand(BlobId(0), 0, blob.size, blob.size, blob.lines, blob.dashes, place, blob.data)


def prepare_stored(tx: Tx, content_id: ContentId) -> PreparedMessage:
    """A stored message as one that can be changed and stored again; no octet is read. Gone."""
    return PreparedMessage(_find_rendering(tx, content_id), list(pieces(tx, content_id)))


def _find_rendering(tx: Tx, content_id: ContentId) -> StoredRendering:
    row = load(tx, content_id)
    text = tx.row(sql.TEXT, (content_id,))
    if text is None:
        raise Gone("message")
    subject, sender, recipient, cc, bcc, header_text, body_text = text
    return StoredRendering(
        header=row.header, envelope=row.envelope, sent=row.sent, sent_day=row.sent_day,
        message_id=row.message_id, references=row.references, base_subject=row.base_subject,
        sort_from=row.sort_from, sort_to=row.sort_to, sort_cc=row.sort_cc, subject=subject,
        sender=sender, recipient=recipient, cc=cc, bcc=bcc, header_text=header_text,
        size=row.size, preview=row.preview, bodystructure=row.bodystructure, body=row.body,
        parts=row.parts, body_text=body_text,
    )  # fmt: skip


def hold(tx: Tx, content_id: ContentId, count: int = 1) -> None:
    """Count uses of a content. Raises Gone when it was erased meanwhile."""
    if tx.row_count(sql.HOLD, (count, content_id)) != 1:
        raise Gone("message")


def release(tx: Tx, content_id: ContentId, count: int = 1) -> None:
    """Give uses of a content back; it is erased an hour after the last."""
    tx.execute(sql.RELEASE, (count, count, int(time.time()), content_id))


def drop(tx: Tx, contents: list[ContentId]) -> None:
    """Remove unused contents and their uses of blobs, in the order in which blobs are added."""
    now = int(time.time())
    tx.execute(sql.RETURN_TEXT, (now, contents))
    tx.execute(sql.LOCK_BLOBS, (contents,))
    tx.execute(sql.FREE_BLOBS, (now, contents))
    for statement in (sql.DROP_SEGMENTS, sql.DROP_TEXT, sql.DROP_USES, sql.DROP_CONTENTS):
        tx.execute(statement, (contents,))


def find_outdated(tx: Tx, after: ContentId, limit: int) -> list[ContentId]:
    """Contents above ``after`` that an older program has rendered, ascending."""
    return [ContentId(row[0]) for row in tx.rows(sql.OUTDATED, (VERSION, after, limit))]


def rerender(tx: Tx, content_id: ContentId) -> None:
    """Render a content anew, after ``wire.rendering.VERSION`` has grown."""
    rendering = render_message(RopeSource(tx, strands(tx, content_id)))
    tx.execute(sql.SET_CONTENT, (*rendering_columns(rendering), content_id))
    tx.execute(sql.RETURN_TEXT, (int(time.time()), [content_id]))
    tx.execute(sql.DROP_TEXT, ([content_id],))
    tx.execute(sql.ADD_TEXT, (content_id, *search_text(rendering)))
