"""A message's octets by offset, and a window over them that leaves opaque spans unread."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from mmap import mmap
from typing import Protocol

MAX_HEADER = 1_048_576  # octets of one header block
MAX_LINE = 1_200  # octets of a delimiter line with its blanks; also the window at a border
_WINDOW = 262_144


class Source(Protocol):
    """Octets of a message by offset, and what is known about them without reading."""

    @property
    def size(self) -> int:
        """Octets of the message."""
        ...

    def read(self, start: int, stop: int) -> bytes:
        """Octets of [start, stop), clipped to the size."""
        ...

    def spans(self) -> Iterable[tuple[int, int, bool]]:
        """(start, stop, opaque) in order, covering everything."""
        ...

    def lines(self, start: int, stop: int) -> int:
        """Line feeds in [start, stop)."""
        ...


class BytesSource:
    """A message in memory or in a mapped file; nothing is opaque."""

    __slots__ = ("_data", "size")

    def __init__(self, data: bytes | bytearray | memoryview | mmap) -> None:
        self._data = data
        self.size = len(data)

    def read(self, start: int, stop: int) -> bytes:
        """See ``Source``."""
        return bytes(self._data[start:stop])

    def spans(self) -> Iterable[tuple[int, int, bool]]:
        """See ``Source``."""
        return [(0, self.size, False)] if self.size else []

    def lines(self, start: int, stop: int) -> int:
        """See ``Source``."""
        data = self._data
        if isinstance(data, bytes | bytearray):
            return data.count(b"\n", start, stop)
        return sum(
            bytes(data[at : min(at + _WINDOW, stop)]).count(b"\n")
            for at in range(start, stop, _WINDOW)
        )


_BLANK_LINE = re.compile(rb"\n\r?\n")


class Window:
    """A moving window over a source, which leaves the inside of opaque spans unread."""

    __slots__ = ("_base", "_clear", "_data", "_starts", "_stops", "size", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.size = source.size
        self._starts: list[int] = []
        self._stops: list[int] = []
        for start, stop, opaque in source.spans():
            if opaque and stop - start > 2 * MAX_LINE:
                self._cover(start, start + MAX_LINE)
                self._cover(stop - MAX_LINE, stop)
            else:
                self._cover(start, stop)
        self._base = 0
        self._data = source.read(0, min(_WINDOW, self._stops[0])) if self._stops else b""
        self._clear = 0  # no blank line begins between the last header's start and here

    def _cover(self, start: int, stop: int) -> None:
        if self._stops and self._stops[-1] == start:
            self._stops[-1] = stop
        elif start < stop:
            self._starts.append(start)
            self._stops.append(stop)

    def peek(self, start: int, stop: int) -> bytes:
        """Octets of [start, stop), from the window when they are in it."""
        offset = start - self._base
        if offset >= 0 and min(stop, self.size) <= self._base + len(self._data):
            return self._data[offset : stop - self._base]
        return self.source.read(start, min(stop, self.size))

    def find(self, needle: bytes, start: int, limit: int) -> int:
        """First place in [start, limit) where the needle lies before the limit, or -1."""
        start = max(start, 0)
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(self._starts)):
            if self._starts[index] >= limit:
                break
            start = max(start, self._starts[index])
            stop = min(self._stops[index], limit)
            while stop - start >= len(needle):
                self._move(start, self._stops[index])
                at = self._data.find(needle, start - self._base, stop - self._base)
                if at >= 0:
                    return self._base + at
                start = max(start, self._base + len(self._data) - len(needle) + 1)
        return -1

    def _move(self, start: int, stop: int) -> None:
        """Have at least a line's length from ``start`` in the window, or all up to ``stop``."""
        end = self._base + len(self._data)
        if start < self._base or min(start + MAX_LINE, stop) > end:
            self._base = start
            self._data = self.source.read(start, min(start + _WINDOW, stop))

    def header_end(self, start: int) -> int:
        """Offset after the blank line of the header at ``start``. Starts never go back."""
        first = self.peek(start, start + 2)
        if first.startswith((b"\r\n", b"\n")):
            return start + (2 if first == b"\r\n" else 1)
        limit = min(self.size, start + MAX_HEADER)
        at = max(start, self._clear)
        step = 4_096
        while at < limit:
            stop = min(at + step, limit)
            match = _BLANK_LINE.search(self.peek(at, stop))
            if match is not None:
                self._clear = at + match.start()
                return at + match.end()
            if stop == limit:
                break
            at, step = stop - 2, step * 4
        self._clear = max(at, limit - 2)
        return limit
