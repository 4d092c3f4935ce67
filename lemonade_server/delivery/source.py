"""A queued message as a stream: read piece by piece, never whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lemonade_server.store import contents
from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import ContentId

CHUNK = 262_144
LONGEST_LINE = 998
"""Octets of a line without its CRLF (RFC 5322 §2.1.1)."""

_BROKEN = re.compile(rb"\x00|\r(?!\n)|(?<!\r)\n")
_LONG = re.compile(rb"[^\r\n]{999}")


class HeldContent:
    """A ``Source`` over a content that the queue keeps alive.

    Each read is a transaction of its own: a slow peer must not hold a snapshot open.
    """

    def __init__(self, content: ContentId, size: int) -> None:
        self._content = content
        self.size = size

    def read(self, start: int, stop: int) -> bytes:
        with snapshot() as tx:
            return contents.read(tx, self._content, start, min(stop, self.size))

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
    tail = b""
    for chunk in chunks:
        window = tail + chunk
        found.eight_bit = found.eight_bit or not chunk.isascii()
        found.long = found.long or _LONG.search(window) is not None
        # The last octet may be half of a CRLF: it is judged with the next chunk.
        stop = len(window) - window.endswith(b"\r")
        found.broken = found.broken or bool(_BROKEN.search(window, max(0, len(tail) - 1), stop))
        tail = window[-(LONGEST_LINE + 1) :]
    found.broken = found.broken or tail.endswith(b"\r")
    return found
