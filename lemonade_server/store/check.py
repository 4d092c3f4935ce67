"""Every invariant of the store, checked. What comes back are sentences; none is good news."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from .blobs import BlobMissing, blob_store
from .errors import Gone
from .ids import BlobId, ContentId
from .ropes import RopeSource, Strand, strands
from .sql import check as sql
from .sql import contents as sql_contents
from .tx import Tx, snapshot

AT_ONCE = 200
WINDOW = 1_048_576


def check(deep: bool = False) -> list[str]:
    """All that is wrong with rows and references, and blobs whose octets are missing.

    ``deep`` reads all octets too and compares them with their hashes. Runs beside the servers: the
    rows are judged in one snapshot.
    """
    found: list[str] = []
    with snapshot() as tx:
        for text, statement in sql.ROWS:
            found += [text.format(*row) for row in tx.rows(statement)]
        found += _keywords(tx)
    found += _missing_octets()
    if deep:
        found += _wrong_blobs()
        found += _wrong_contents()
    return found


def _keywords(tx: Tx) -> Iterator[str]:
    known = {mailbox: set(words.split()) for mailbox, words in tx.rows(sql.MAILBOX_KEYWORDS)}
    for mailbox, words, uid in tx.rows(sql.USED_KEYWORDS):
        used = words.split()
        unknown = set(used) - known.get(mailbox, set())
        if unknown:
            yield f"mailbox {mailbox} does not know the keywords {sorted(unknown)} of UID {uid}"
        if used != sorted(set(used)) or words != " ".join(used):
            yield f"mailbox {mailbox}: the keywords of UID {uid} are not in order: {words!r}"


def _missing_octets() -> Iterator[str]:
    """Blobs in the blob store whose place is not there."""
    there = {place for place, _ in blob_store().places()}
    after = 0
    while rows := _blob_locations(after):
        for number, place in rows:
            if place not in there and _still(sql.BLOB_EXISTS, number) and _is_gone(place):
                yield f"blob {number}: its octets at {place} are missing"
        after = rows[-1][0]


def _blob_locations(after: int) -> list[tuple[int, str]]:
    with snapshot() as tx:
        return [(row[0], row[1]) for row in tx.rows(sql.PLACED, (after, AT_ONCE))]


def _is_gone(place: str) -> bool:
    """Asked again: it may have been written after the places were listed."""
    try:
        blob_store().read(place, 0, 1)
    except BlobMissing:
        return True
    return False


def _still(statement: str, number: int) -> bool:
    with snapshot() as tx:
        return tx.row(statement, (number,)) is not None


@dataclass(slots=True)
class _Facts:
    sha256: bytes
    size: int
    lines: int
    dashes: bool


def _wrong_blobs() -> Iterator[str]:
    after = 0
    while True:
        with snapshot() as tx:
            rows = tx.rows(sql.BLOBS, (after, AT_ONCE))
        for number, sha256, size, lines, dashes, place in rows:
            wanted = _Facts(bytes(sha256), size, lines, dashes)
            try:
                actual = _measure(BlobId(number), size, place)
            except (BlobMissing, Gone):
                continue  # erased since, or reported already
            if actual != wanted and _still(sql.BLOB_EXISTS, number):
                yield f"blob {number}: its octets do not fit its row ({actual} for {wanted})"
            after = number
        if len(rows) < AT_ONCE:
            return


def _measure(blob: BlobId, size: int, place: str) -> _Facts:
    digest = hashlib.sha256()
    total = lines = 0
    dashes = False
    tail = b"\n"
    for chunk in _octets(blob, size, place):
        digest.update(chunk)
        total += len(chunk)
        lines += chunk.count(b"\n")
        dashes = dashes or b"\n--" in tail + chunk
        tail = (tail + chunk)[-2:]
    return _Facts(digest.digest(), total, lines, dashes)


def _octets(blob: BlobId, size: int, place: str) -> Iterator[bytes]:
    if not place:
        with snapshot() as tx:
            data = tx.value(sql_contents.BLOB_DATA, (blob,))
        if data is None:
            raise Gone("message")
        yield bytes(data)
        return
    for at in range(0, size + 1, WINDOW):  # one octet more: a longer file is wrong too
        yield blob_store().read(place, at, min(at + WINDOW, size + 1))


def _wrong_contents() -> Iterator[str]:
    """Contents whose kept header block is not the beginning of their rope."""
    after = 0
    while True:
        with snapshot() as tx:
            rows = tx.rows(sql.CONTENTS, (after, AT_ONCE))
        for number, size, header in rows:
            after = number
            if _header_differs(ContentId(number), size, bytes(header)) and _still(
                sql.CONTENT_EXISTS, number
            ):
                yield f"content {number}: the header that is kept is not that of the message"
        if len(rows) < AT_ONCE:
            return


def _header_differs(content: ContentId, size: int, header: bytes) -> bool:
    with snapshot() as tx:
        try:
            rope: list[Strand] = strands(tx, content)
            source = RopeSource(tx, rope)
            return source.size != size or source.read(0, len(header)) != header
        except (Gone, BlobMissing):
            return False
