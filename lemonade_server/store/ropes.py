"""A message is a rope: pieces of blobs, one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Protocol, Self, TypeVar

from .blobs import blob_store
from .errors import Gone
from .ids import BlobId, ContentId
from .sql import contents as sql
from .tx import Tx

WINDOW = 262_144


@dataclass(slots=True)
class Piece:
    """``length`` octets of a blob from ``start``."""

    blob: BlobId
    start: int
    length: int

    def cut(self, start: int, stop: int) -> Piece:
        """[start, stop) of this piece."""
        return Piece(self.blob, self.start + start, stop - start)


class Cuttable(Protocol):
    """Some octets of a rope, of which a part can be taken."""

    length: int

    def cut(self, start: int, stop: int) -> Self: ...


C = TypeVar("C", bound=Cuttable)


@dataclass(slots=True)
class Strand:
    """A piece with what is known about its blob; ``data`` when it is at hand."""

    blob: BlobId
    start: int
    length: int
    size: int
    lines: int
    dashes: bool
    place: str
    data: bytes | None = field(default=None, repr=False)

    def cut(self, start: int, stop: int) -> Strand:
        """[start, stop) of this piece."""
        return Strand(
            self.blob, self.start + start, stop - start,
            self.size, self.lines, self.dashes, self.place, self.data,
        )  # fmt: skip

    def read(self, tx: Tx, start: int, stop: int) -> bytes:
        """Octets of [start, stop) of this piece, from memory, the database or the blob store."""
        low, high = self.start + start, self.start + stop
        if self.data is not None:
            return self.data[low:high]
        if self.place:
            tx.before_waiting()
            return blob_store().read(self.place, low, high)
        found = tx.row(sql.BLOB_RANGE, (low + 1, high - low, self.blob))
        if found is None:
            raise Gone("message")
        return bytes(found[0])


def strands(tx: Tx, content: ContentId) -> list[Strand]:
    """The whole rope of a content. Raises Gone when there is no such content."""
    return _rope(tx, content, tx.rows(sql.ROPE, (content,)))


def strands_with_data(tx: Tx, content: ContentId, stop: int) -> list[Strand]:
    """The same with all that the database has of the octets before ``stop``. Raises Gone."""
    return _rope(tx, content, tx.rows(sql.ROPE_WITH_DATA, (stop, content)))


def _rope(tx: Tx, content: ContentId, rows: Sequence[tuple[Any, ...]]) -> list[Strand]:
    found = [Strand(*row) for row in rows]
    if not found and tx.row(sql.SIZE, (content,)) is None:
        raise Gone("message")
    return found


def load_strands(tx: Tx, pieces: Sequence[Piece]) -> list[Strand]:
    """Pieces with the facts of their blobs. Raises Gone when a blob is not there any more."""
    wanted = sorted({piece.blob for piece in pieces})
    facts = {row[0]: row[1:] for row in tx.rows(sql.BLOB_FACTS, [wanted])} if wanted else {}
    if len(facts) < len(wanted):
        raise Gone("message")
    return [Strand(piece.blob, piece.start, piece.length, *facts[piece.blob]) for piece in pieces]


def span(rope: Sequence[C], start: int, stop: int) -> list[C]:
    """The part [start, stop) of a rope; what is beyond its end is left out."""
    found: list[C] = []
    at = 0
    for piece in rope:
        low, high = max(start - at, 0), min(stop - at, piece.length)
        if low < high:
            found.append(piece.cut(low, high))
        at += piece.length
        if at >= stop:
            break
    return found


class RopeSource:
    """A rope as the MIME scanner's ``Source``. Blobs without a line in ``--`` are opaque."""

    def __init__(self, tx: Tx, rope: Sequence[Strand]) -> None:
        self._tx = tx
        self._rope = rope
        self._ends = list(accumulate(strand.length for strand in rope))
        self.size = self._ends[-1] if rope else 0

    def read(self, start: int, stop: int) -> bytes:
        """Octets of [start, stop), clipped to the size."""
        found: list[bytes] = []
        for index in range(bisect_right(self._ends, start), len(self._rope)):
            strand = self._rope[index]
            at = self._ends[index] - strand.length
            if at >= stop:
                break
            low, high = max(start - at, 0), min(stop - at, strand.length)
            if low < high:
                found.append(self._read(strand, low, high))
        return b"".join(found)

    def _read(self, strand: Strand, low: int, high: int) -> bytes:
        if strand.data is None and not strand.place:  # small: the scanner will come back
            strand.data = strand.read(self._tx, -strand.start, strand.size - strand.start)
        return strand.read(self._tx, low, high)

    def spans(self) -> Iterable[tuple[int, int, bool]]:
        """(start, stop, opaque) in order."""
        at = 0
        for strand in self._rope:
            if strand.length:
                yield at, at + strand.length, not strand.dashes
            at += strand.length

    def lines(self, start: int, stop: int) -> int:
        """Line feeds in [start, stop): of whole blobs from their rows, else counted."""
        count = 0
        for strand in span(self._rope, start, stop):
            if strand.length == strand.size:
                count += strand.lines
                continue
            for at in range(0, strand.length, WINDOW):
                high = min(at + WINDOW, strand.length)
                count += strand.read(self._tx, at, high).count(b"\n")
        return count
