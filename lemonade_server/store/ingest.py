"""A message arrives: cut into blobs and rendered outside any transaction, then rows in one."""

from __future__ import annotations

import mmap
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from lemonade_server.wire.mime import BytesSource, Part
from lemonade_server.wire.rendering import VERSION, StoredRendering, render_message

from . import vendor
from .blobs import INLINE
from .errors import Gone
from .ids import BlobId, ContentId
from .new_blobs import NewPiece, Octets, add_blobs, new_blob, whole
from .ropes import Piece
from .spool import Spool
from .sql import contents as sql
from .tx import Tx

Segment: TypeAlias = tuple[BlobId, int, int]

_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(slots=True)
class PreparedMessage:
    """A message that needs nothing but rows to be stored. ``rope`` is old and new pieces."""

    rendering: StoredRendering
    rope: list[Piece | NewPiece]


def crlf(message: bytes) -> bytes:
    """The message with CRLF line ends: for files from elsewhere; what IMAP brings is kept."""
    return _LINE_END.sub(b"\r\n", message)


def prepare(source: bytes | Spool | Path) -> PreparedMessage:
    """Scan, render and cut a message; write its large blobs. Raises StoreFull.

    Outside any transaction and off the event loop. What is not committed later is swept away.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            if not source.stat().st_size:
                return _prepare(b"")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
                return _prepare(mapped)
    return _prepare(source.buffer() if isinstance(source, Spool) else source)


def _prepare(octets: Octets) -> PreparedMessage:
    rendering = render_message(BytesSource(octets))
    rope: list[Piece | NewPiece] = [
        whole(new_blob(octets, start, stop)) for start, stop in _cuts(rendering.root, len(octets))
    ]
    return PreparedMessage(rendering, rope)


def _cuts(root: Part, size: int) -> Iterator[tuple[int, int]]:
    """Spans that become blobs: large leaf bodies each, and what is between them."""
    at = 0
    if size > INLINE:
        for start, stop in sorted(_large_leaves(root)):
            if start > at:
                yield at, start
            if stop > max(start, at):
                yield max(start, at), stop
                at = stop
    if at < size:
        yield at, size


def _large_leaves(part: Part) -> Iterator[tuple[int, int]]:
    if part.children:
        for child in part.children:
            yield from _large_leaves(child)
    elif part.stop - part.body_start > INLINE:
        yield part.body_start, part.stop


def commit(tx: Tx, prepared: PreparedMessage, uses: int = 0) -> ContentId:
    """Store a prepared message, with so many uses of it. Raises Conflict when a blob vanished.

    A use that is known already need not be counted by ``contents.hold`` afterwards.
    """
    dropped_at = None if uses else int(time.time())
    if vendor.changes_in_queries(tx.connection) and (pieces := _small_pieces(prepared)):
        return ContentId(
            tx.value(
                sql.ADD_SMALL[len(pieces)],
                (
                    *_piece_columns(pieces), *rendering_columns(prepared.rendering),
                    *search_text(prepared.rendering), uses, dropped_at,
                ),
            )
        )  # fmt: skip
    content = ContentId(tx.value(sql.ADD_CONTENT, rendering_columns(prepared.rendering)))
    tx.execute(sql.ADD_TEXT, (content, *search_text(prepared.rendering)))
    tx.execute(sql.ADD_USE, (content, uses, dropped_at))
    added = iter(add_blobs(tx, [item.blob for item in prepared.rope if isinstance(item, NewPiece)]))
    segments: list[Segment] = [
        (next(added) if isinstance(item, NewPiece) else item.blob, item.start, item.length)
        for item in prepared.rope
    ]
    use_blobs(tx, [item.blob for item in prepared.rope if isinstance(item, Piece)])
    tx.many(sql.ADD_SEGMENT, [(content, pos, *one) for pos, one in enumerate(segments)])
    return content


def _small_pieces(prepared: PreparedMessage) -> list[NewPiece]:
    """The whole rope, when all of it is new, unlike and small; nothing otherwise."""
    pieces = [item for item in prepared.rope if isinstance(item, NewPiece)]
    if len(pieces) != len(prepared.rope) or len(pieces) > sql.MOST_SMALL_BLOBS:
        return []
    if any(piece.blob.data is None for piece in pieces):
        return []
    return pieces if len({piece.blob.sha256 for piece in pieces}) == len(pieces) else []


def _piece_columns(pieces: Sequence[NewPiece]) -> Iterator[object]:
    """The values of the pieces, in the order of ``sql.ADD_SMALL``."""
    for pos, piece in enumerate(pieces):
        blob = piece.blob
        yield from (blob.sha256, blob.size, blob.lines, blob.dashes, blob.data)
        yield from (pos, piece.start, piece.length)


def use_blobs(tx: Tx, blobs: Sequence[BlobId]) -> None:
    """Count one more use of each, as often as it is named. Raises Gone."""
    for blob in sorted(set(blobs)):
        if tx.row_count(sql.COUNT_BLOBS, (blobs.count(blob), blob)) != 1:
            raise Gone("message")


def rendering_columns(rendering: StoredRendering) -> tuple[object, ...]:
    """The values of a content row, in the order of ``sql.RENDERED``."""
    return (
        rendering.size, VERSION, rendering.sent, rendering.sent_day, rendering.message_id,
        rendering.references, rendering.base_subject, rendering.sort_from, rendering.sort_to,
        rendering.sort_cc, rendering.preview, rendering.envelope, rendering.bodystructure,
        rendering.body, rendering.parts, rendering.header,
    )  # fmt: skip


def search_text(rendering: StoredRendering) -> tuple[str, ...]:
    """The values of a content's search text, in the order of ``sql.TEXT``."""
    return (
        rendering.subject, rendering.sender, rendering.recipient, rendering.cc, rendering.bcc,
        rendering.header_text, rendering.body_text,
    )  # fmt: skip
