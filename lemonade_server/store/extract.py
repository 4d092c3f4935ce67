"""A section of a stored message: where its octets are, read or kept as a span.

FETCH, CATENATE, URLFETCH and BURL all take their octets from here, so they agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from lemonade_server.wire import headers, part_table
from lemonade_server.wire.section import Section

from . import contents
from .contents import Piece
from .db import Tx
from .ids import ContentId


@dataclass(slots=True)
class Extract:
    """``[start, stop)`` of a content or, for chosen header fields, ``data`` itself."""

    content: ContentId
    start: int
    stop: int
    data: bytes | None = None

    @property
    def binary(self) -> bool:
        """Whether NUL may be sent as it is."""
        return False

    @property
    def size(self) -> int:
        """Octets."""
        return self.stop - self.start if self.data is None else len(self.data)

    def read(self, tx: Tx) -> bytes:
        """All octets at once: for what is known to be small."""
        if self.data is not None:
            return self.data
        return contents.read(tx, self.content, self.start, self.stop)

    def pieces(self, tx: Tx) -> list[Piece | bytes]:
        """What a new message takes over from this one: no octet is copied where none is new."""
        if self.data is not None:
            return [self.data]
        return list(contents.pieces(tx, self.content, self.start, self.stop))


def extract(
    tx: Tx, content: ContentId, section: Section, partial: tuple[int, int | None] | None = None
) -> Extract | None:
    """A section of a content, or None when the message has no such part.

    ``partial`` is (offset, count) in the section's octets; beyond the end is empty (RFC 3501
    §6.4.5), a count of None is the rest (RFC 5092 §6).
    """
    row = contents.size_and_part_table(tx, content)
    return None if row is None else locate(tx, content, *row, section, partial)


def locate(
    tx: Tx,
    content: ContentId,
    size: int,
    parts: bytes,
    section: Section,
    partial: tuple[int, int | None] | None = None,
) -> Extract | None:
    """As ``extract``, for a caller that has the content's size and part table at hand."""
    span = (0, size) if not section.place else part_table.locate(parts, size, section.place)
    if span is None:
        return None
    start, stop = span
    if not section.names:
        if partial is not None:
            start, stop = cut(start, stop, partial)
        return Extract(content, start, stop)
    block = contents.read(tx, content, start, stop)
    chosen = headers.select(block, section.names, exclude=section.exclude)
    if partial is not None:
        low, high = cut(0, len(chosen), partial)
        chosen = chosen[low:high]
    return Extract(content, 0, 0, chosen)


def cut(start: int, stop: int, partial: tuple[int, int | None]) -> tuple[int, int]:
    """The span that (offset, count) leaves of ``[start, stop)``."""
    offset, count = partial
    low = min(start + offset, stop)
    return low, stop if count is None else min(low + count, stop)
