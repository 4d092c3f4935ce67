"""A part of a stored message without its transfer encoding (RFC 3516).

How long it is has to be said before its octets. Both come from one decoder, so they agree; the
sizes of large parts are remembered, for clients ask for the size first and then piece by piece.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from lemonade_server.wire import part_table
from lemonade_server.wire.encoding_names import IDENTITY, KNOWN
from lemonade_server.wire.section import Section
from lemonade_server.wire.transfer_decoding import decoder

from . import contents
from .db import Database, Tx
from .errors import UnknownEncoding
from .extract import Extract, cut, locate
from .ids import ContentId

SMALL = 262_144  # encoded octets that are decoded at once
CHUNK = 1_048_576


@dataclass(slots=True)
class DecodedPart:
    """Octets ``[low, high)`` of what ``encoded`` holds. ``data``: they are at hand already.

    ``binary``: there may be NULs among them.
    """

    encoded: Extract
    encoding: str
    low: int
    high: int
    binary: bool
    data: bytes | None = None

    @property
    def size(self) -> int:
        """Decoded octets."""
        return self.high - self.low

    def read(self, tx: Tx) -> bytes:
        """All at once: for what is known to be small."""
        return b"".join(self.pieces(tx))

    def pieces(self, tx: Tx) -> Iterator[bytes]:
        """Piece by piece, within the transaction."""
        if self.data is not None:
            return iter((self.data,))
        return _between(_pieces(tx, self.encoded, self.encoding), self.low, self.high)

    async def stream(self, db: Database) -> AsyncIterator[bytes]:
        """Piece by piece, with nothing held open in between. Raises Gone."""
        tool = decoder(self.encoding)
        at = 0
        encoded = contents.stream(
            db, self.encoded.content, self.encoded.start, self.encoded.stop, CHUNK
        )
        async for data in encoded:
            piece = tool.feed(data)
            yield piece[max(0, self.low - at) : max(0, self.high - at)]
            at += len(piece)
            if at >= self.high:
                return
        yield tool.finish()[max(0, self.low - at) : max(0, self.high - at)]


def get_decoded_part(
    tx: Tx,
    content: ContentId,
    size: int,
    parts: bytes,
    section: str,
    partial: tuple[int, int | None] | None = None,
) -> DecodedPart | None:
    """Part ``section`` ("" is the whole message, as it is); None when there is no such part.

    Raises UnknownEncoding.
    """
    whole = get_unmeasured_part(tx, content, size, parts, section)
    if whole is None:
        return None
    encoded, encoding = whole.encoded, whole.encoding
    span = partial or (0, None)
    if encoded.size <= SMALL:
        data = b"".join(_pieces(tx, encoded, encoding))
        low, high = cut(0, len(data), span)
        return DecodedPart(encoded, encoding, low, high, True, data[low:high])
    total, has_nul = _measure(tx, encoded, encoding)
    low, high = cut(0, total, span)
    return DecodedPart(encoded, encoding, low, high, has_nul)


def get_unmeasured_part(
    tx: Tx, content: ContentId, size: int, parts: bytes, section: str
) -> DecodedPart | None:
    """As ``get_decoded_part``, for a reader who finds out how long it is: nothing is read here.

    Its ``size`` means nothing. Raises UnknownEncoding.
    """
    encoded = locate(tx, content, size, parts, Section(section))
    if encoded is None:
        return None
    encoding = _encoding(parts, section)
    if encoding not in KNOWN:
        raise UnknownEncoding
    return DecodedPart(encoded, encoding, 0, sys.maxsize, True)


def decoded_size(tx: Tx, content: ContentId, size: int, parts: bytes, section: str) -> int:
    """The size of ``get_decoded_part``, 0 for a part that is not there. Raises UnknownEncoding."""
    if section == "" or _encoding(parts, section) in IDENTITY:
        encoded = locate(tx, content, size, parts, Section(section))
        return encoded.size if encoded is not None else 0
    found = get_decoded_part(tx, content, size, parts, section)
    return found.size if found is not None else 0


def _encoding(parts: bytes, section: str) -> str:
    """Of a leaf; what holds other parts or messages has none (RFC 2045 §6.4)."""
    leaf = part_table.leaf(parts, section) if section else None
    return "" if leaf is None or leaf.type == "multipart" else leaf.encoding


def _pieces(tx: Tx, encoded: Extract, encoding: str) -> Iterator[bytes]:
    tool = decoder(encoding)
    for at in range(encoded.start, encoded.stop, CHUNK):
        stop = min(at + CHUNK, encoded.stop)
        yield tool.feed(contents.read(tx, encoded.content, at, stop))
    yield tool.finish()


def _between(pieces: Iterator[bytes], low: int, high: int) -> Iterator[bytes]:
    at = 0
    for piece in pieces:
        yield piece[max(0, low - at) : max(0, high - at)]
        at += len(piece)


def _measure(tx: Tx, encoded: Extract, encoding: str) -> tuple[int, bool]:
    """Decoded size, and whether there is a NUL. A content never changes, so it is remembered."""
    key = encoded.content, encoded.start, encoded.stop, encoding
    known = _sizes.get(key)
    if known is None:
        total, has_nul = 0, False
        for piece in _pieces(tx, encoded, encoding):
            total += len(piece)
            has_nul = has_nul or b"\0" in piece
        if len(_sizes) >= SIZES:
            _sizes.clear()
        known = _sizes[key] = total, has_nul
    return known


SIZES = 10_000
_sizes: dict[tuple[int, int, int, str], tuple[int, bool]] = {}
