"""Cuts what an SMTP client sends into lines, DATA and BDAT chunks, before any of it is understood.

Two rules close the door on smuggled mail: DATA ends at CRLF.CRLF and at nothing that resembles it
(RFC 5321 §4.1.1.4), and a chunk is exactly as long as it was announced (RFC 3030 §2), whatever
the session thinks of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_END = b"\r\n.\r\n"


@dataclass(slots=True)
class CommandLine:
    """A command line without its CRLF. A line ended by a bare LF keeps that LF."""

    text: bytes


@dataclass(slots=True)
class LineTooLong:
    """A line too long was swallowed to its end."""


@dataclass(slots=True)
class Data:
    """Some octets of a message, dots unstuffed."""

    octets: bytes


@dataclass(slots=True)
class DataEnd:
    """The message is whole: its size, and the line breaks in it that are not CRLF.

    A message with bare CR or LF is for the session to refuse: elsewhere it might end earlier.
    """

    size: int
    bare_cr: int
    bare_lf: int


@dataclass(slots=True)
class Chunk:
    """Some octets of a chunk, as they came."""

    octets: bytes


@dataclass(slots=True)
class ChunkEnd:
    """The chunk is whole."""


Event = CommandLine | LineTooLong | Data | DataEnd | Chunk | ChunkEnd


class SmtpFramer:
    """The stream of one connection, read in lines until told otherwise.

    `line_limit` counts the CRLF too; 12,288 octets are what AUTH needs (RFC 4954 §4).
    """

    __slots__ = (
        "_bare_cr",
        "_bare_lf",
        "_buffer",
        "_left",
        "_overflow",
        "_read",
        "_searched",
        "_size",
        "line_limit",
    )

    def __init__(self, line_limit: int = 12_288) -> None:
        self.line_limit = line_limit
        self._buffer = bytearray()
        self._searched = 0  # no LF before this offset of the buffer
        self._overflow = False
        self._left = 0  # octets missing of the chunk
        self._size = self._bare_cr = self._bare_lf = 0  # of the message so far
        self._read: Callable[[], Event | None] = self._line

    def feed(self, data: bytes) -> None:
        """Take octets from the peer."""
        self._buffer += data

    def pending(self) -> bytes:
        """Take out what was fed and not consumed, to be thrown away at STARTTLS (S-16)."""
        left = bytes(self._buffer)
        self._buffer.clear()
        self._searched = 0
        return left

    def expect_data(self) -> None:
        """The next octets are a message: `Data` events, then `DataEnd`."""
        self._read = self._data_start
        self._size = self._bare_cr = self._bare_lf = 0

    def expect_chunk(self, size: int) -> None:
        """The next `size` octets are a chunk: `Chunk` events, then `ChunkEnd`."""
        self._read = self._chunk
        self._left = size

    def next(self) -> Event | None:
        """The next event, or None while octets are missing."""
        return self._read()

    def _line(self) -> Event | None:
        buffer = self._buffer
        end = buffer.find(b"\n", self._searched)
        size = end + 1 if end >= 0 else len(buffer)
        if size + (end < 0) > self.line_limit:
            self._overflow = True
        if end < 0:
            self._searched = size
            if self._overflow:
                self._take(size)
            return None
        line = self._take(size)
        if self._overflow:
            self._overflow = False
            return LineTooLong()
        return CommandLine(line[:-2] if line.endswith(b"\r\n") else line)

    def _chunk(self) -> Event | None:
        if not self._left:
            self._read = self._line
            return ChunkEnd()
        if not self._buffer:
            return None
        octets = self._take(self._left)
        self._left -= len(octets)
        return Chunk(octets)

    def _data_start(self) -> Event | None:
        """The message begins as if after a CRLF: a dot here is stuffed, or the end."""
        head = bytes(self._buffer[:3])
        if head == b".\r\n":
            self._take(3)
            return self._data_end()
        if b".\r\n".startswith(head):
            return None
        if head[:1] == b".":
            self._take(1)
        self._read = self._data
        return self._data()

    def _data(self) -> Event | None:
        end = self._buffer.find(_END)
        if end >= 0:
            octets = self._take(end + 2)  # the CRLF before the dot belongs to the message
            self._take(3)
            self._read = self._data_end
        else:
            octets = self._take(len(self._buffer) - _perhaps_end(self._buffer))
            if not octets:
                return None
        # No piece ends in CR, so a CRLF is never cut and these counts are true.
        pairs = octets.count(b"\r\n")
        self._bare_cr += octets.count(b"\r") - pairs
        self._bare_lf += octets.count(b"\n") - pairs
        octets = octets.replace(b"\r\n.", b"\r\n")
        self._size += len(octets)
        return Data(octets)

    def _data_end(self) -> Event:
        self._read = self._line
        return DataEnd(self._size, self._bare_cr, self._bare_lf)

    def _take(self, size: int) -> bytes:
        octets = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._searched = 0
        return octets


def _perhaps_end(buffer: bytearray) -> int:
    """How many of the last octets may be the beginning of CRLF.CRLF."""
    for size in (4, 3, 2, 1):
        if buffer.endswith(_END[:size]):
            return size
    return 0
