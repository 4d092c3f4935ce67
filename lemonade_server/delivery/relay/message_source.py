"""A queued message as a stream: read piece by piece, never whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lemonade_server.store import contents
from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import ContentId

CHUNK = 262_144
LONGEST_LINE = 998
"""Octets of a line without its CRLF (RFC 5322 §2.1.1)."""


class HeldContent:
    """A ``Source`` over a content that the queue keeps alive.

    Each read is a transaction of its own: a slow peer must not hold a snapshot open. What is read
    at once is kept, as it is read again to be sent.
    """

    def __init__(self, content: ContentId, size: int) -> None:
        self._content = content
        self.size = size
        self._whole: bytes | None = None

    def read(self, start: int, stop: int) -> bytes:
        if self._whole is not None:
            return self._whole[start:stop]
        with snapshot() as tx:
            found = contents.read(tx, self._content, start, min(stop, self.size))
        if len(found) == self.size:
            self._whole = found
        return found

    def spans(self) -> Iterable[tuple[int, int, bool]]:
        return [(0, self.size, False)]

    def lines(self, start: int, stop: int) -> int:
        return sum(chunk.count(b"\n") for chunk in self.chunks(start, stop))

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The octets of a span in pieces of at most CHUNK."""
        end = self.size if stop is None else stop
        for at in range(start, end, CHUNK):
            yield self.read(at, min(at + CHUNK, end))


@dataclass(slots=True)
class Traits:
    """What a stream of octets holds that not every host can take.

    ``broken`` is what only BINARYMIME carries: NUL, bare CR, bare LF. ``long`` is a line that
    is longer than 998 octets.
    """

    eight_bit: bool = False
    broken: bool = False
    long: bool = False


def traits(chunks: Iterable[bytes]) -> Traits:
    """Look through a stream once."""
    found = Traits()
    crs = lfs = pairs = line = 0
    before = b""
    for chunk in chunks:
        found.eight_bit = found.eight_bit or not chunk.isascii()
        found.broken = found.broken or b"\0" in chunk
        crs += chunk.count(b"\r")
        lfs += chunk.count(b"\n")
        # A pair may lie on both sides of the border.
        pairs += chunk.count(b"\r\n") + (before == b"\r" and chunk[:1] == b"\n")
        line = _last_line(chunk, line)
        found.long = found.long or line > LONGEST_LINE
        before = chunk[-1:] or before
    found.broken = found.broken or not crs == lfs == pairs
    return found


def _last_line(chunk: bytes, begun: int) -> int:
    """The length of the line that a chunk ends in, or of the first one that is too long, of which
    ``begun`` octets came before. It leaps, for it need not see each line.
    """
    at = 0
    while at < len(chunk):
        stop = at + LONGEST_LINE + 1 - begun
        end = chunk.rfind(b"\n", at, stop)
        if end < 0:
            end = chunk.rfind(b"\r", at, stop)
        if end < 0:
            return begun + min(stop, len(chunk)) - at
        at, begun = end + 1, 0
    return begun
