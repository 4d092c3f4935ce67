"""Blobs on their way in: measured and, when large, written before any transaction begins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mmap import mmap
from typing import TypeAlias

from .blobs import INLINE, blob_store
from .errors import Conflict
from .ids import BlobId
from .sql import contents as sql
from .tx import Tx, snapshot

Octets: TypeAlias = bytes | mmap

WINDOW = 262_144
"""Octets that stay in the processor's cache while they are measured."""

PIECE = 1_048_576


@dataclass(slots=True)
class NewBlob:
    """Octets that a content will use. ``data`` if small; else ``place``, empty if known already.

    ``dashes``: a line in it starts with ``--``, so the MIME scanner must look inside.
    """

    sha256: bytes
    size: int
    lines: int
    dashes: bool
    data: bytes | None = None
    place: str = ""


@dataclass(slots=True)
class NewPiece:
    """``length`` octets from ``start`` of a blob that has no row yet. See ``ropes.Piece``."""

    blob: NewBlob
    start: int
    length: int

    def cut(self, start: int, stop: int) -> NewPiece:
        """[start, stop) of this piece."""
        return NewPiece(self.blob, self.start + start, stop - start)


def whole(blob: NewBlob) -> NewPiece:
    """All of a new blob."""
    return NewPiece(blob, 0, blob.size)


def new_blob(octets: Octets, start: int = 0, stop: int | None = None) -> NewBlob:
    """Measure [start, stop) of some octets; write them to the blob store if they are many.

    Octets that the store knows are not written again. Outside any transaction. Raises StoreFull.
    """
    stop = len(octets) if stop is None else stop
    if stop - start <= INLINE:
        data = bytes(octets[start:stop])
        dashes = data.startswith(b"--") or _has_dashes(data)
        return NewBlob(hashlib.sha256(data).digest(), len(data), _count_lines(data), dashes, data)
    blob = _measure(octets, start, stop)
    if not _is_known(blob.sha256):
        with memoryview(octets) as view:
            blob.place = blob_store().put(_pieces(view, start, stop))
    return blob


def _measure(octets: Octets, start: int, stop: int) -> NewBlob:
    """All that is to be known of many octets, each of which is fetched from memory once."""
    digest = hashlib.sha256()
    lines = 0
    dashes = False
    end = b"\n"  # of what was measured so far: the first line begins behind a line end, too
    for at in range(start, stop, WINDOW):
        chunk = octets[at : min(at + WINDOW, stop)]
        digest.update(chunk)
        lines += _count_lines(chunk)
        dashes = dashes or b"\n--" in end + chunk[:2] or _has_dashes(chunk)
        end = (end + chunk[-2:])[-2:]
    return NewBlob(digest.digest(), stop - start, lines, dashes)


def _count_lines(data: bytes) -> int:
    """As many as ``count`` finds, in half of its time."""
    return len(data) - len(data.replace(b"\n", b""))


def _has_dashes(data: bytes) -> bool:
    """Whether a line behind another one starts so. Base64 has no dash at all, which shows soon."""
    return b"-" in data and b"\n--" in data


def _pieces(view: memoryview, start: int, stop: int) -> Iterator[memoryview]:
    """Without a copy of them: they are written as they lie in memory."""
    for at in range(start, stop, PIECE):
        with view[at : min(at + PIECE, stop)] as piece:
            yield piece


def _is_known(sha256: bytes) -> bool:
    with snapshot() as tx:
        return tx.row(sql.BLOB_BY_HASH, (sha256,)) is not None


def add_blobs(tx: Tx, blobs: Sequence[NewBlob]) -> list[BlobId]:
    """Give each blob a row, or count one more use of the row that has the same octets.

    In the order of the hashes, so that two transactions never wait for each other. What was
    written in vain is erased after the commit.
    """
    ids: dict[int, BlobId] = {}
    for index in sorted(range(len(blobs)), key=lambda at: blobs[at].sha256):
        ids[index] = _add(tx, blobs[index])
    return [ids[index] for index in range(len(blobs))]


def _add(tx: Tx, blob: NewBlob) -> BlobId:
    if blob.data is None and not blob.place:
        found = tx.row(sql.USE_BLOB, (blob.sha256,))
        if found is None:  # it was erased since: only after an hour between the two steps
            raise Conflict
        return BlobId(found[0])
    found = tx.row(sql.ADD_BLOB, (blob.sha256, blob.size, blob.lines, blob.dashes, blob.place))
    assert found is not None
    number, refs, place = found
    if blob.data is not None and refs == 1:
        tx.execute(sql.ADD_BLOB_DATA, (number, blob.data))
    if blob.place and place != blob.place:
        spare = blob.place
        tx.after_commit(lambda: blob_store().delete(spare))
    return BlobId(number)
