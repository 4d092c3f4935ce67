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

WINDOW = 1_048_576


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
        dashes = data.startswith(b"--") or b"\n--" in data
        return NewBlob(hashlib.sha256(data).digest(), len(data), data.count(b"\n"), dashes, data)
    digest = hashlib.sha256()
    lines = 0
    for chunk in _chunks(octets, start, stop):
        digest.update(chunk)
        lines += chunk.count(b"\n")
    dashes = octets[start : start + 2] == b"--" or octets.find(b"\n--", start, stop) >= 0
    blob = NewBlob(digest.digest(), stop - start, lines, dashes)
    if not _is_known(blob.sha256):
        blob.place = blob_store().put(_chunks(octets, start, stop))
    return blob


def _chunks(octets: Octets, start: int, stop: int) -> Iterator[bytes]:
    for at in range(start, stop, WINDOW):
        yield octets[at : min(at + WINDOW, stop)]


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
