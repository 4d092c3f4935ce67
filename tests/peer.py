"""One connection of a transcript, which may be told to compress (RFC 4978)."""

from __future__ import annotations

import re
import socket
import ssl
import zlib
from dataclasses import dataclass, field

TIMEOUT = 60.0  # of a loaded machine
PATIENT_TIMEOUT = 60.0
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_RAW = -15  # no header, windows of 32 kB


class Deflated:
    """In place of the socket it wraps: raw DEFLATE both ways, flushed after each write."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        self._out = zlib.compressobj(6, zlib.DEFLATED, _RAW)
        self._in = zlib.decompressobj(_RAW)

    def settimeout(self, seconds: float) -> None:
        self._inner.settimeout(seconds)

    def close(self) -> None:
        self._inner.close()

    def sendall(self, data: bytes) -> None:
        self._inner.sendall(self._out.compress(data) + self._out.flush(zlib.Z_SYNC_FLUSH))

    def recv(self, size: int) -> bytes:
        """What the next octets stand for, which may be nothing yet; b"" only at the end."""
        while data := self._inner.recv(size):
            if plain := self._in.decompress(data):
                return plain
        return b""


@dataclass
class Peer:
    """One connection of a transcript."""

    name: str
    socket: socket.socket | Deflated
    unread: bytearray = field(default_factory=bytearray)
    announced: int = 0
    greeted: bool = False

    def fill(self, timeout: float = TIMEOUT) -> bool:
        """Read more; False at the end of the stream. Raises TimeoutError."""
        self.socket.settimeout(timeout)
        try:
            data = self.socket.recv(65536)
        except (ConnectionResetError, ssl.SSLEOFError):
            return False
        self.unread += data
        return bool(data)

    def line(self, timeout: float = TIMEOUT) -> bytes | None:
        """The next line with its CRLF; None at the end of the stream."""
        while b"\n" not in self.unread:
            if not self.fill(timeout):
                return None
        stop = self.unread.index(b"\n") + 1
        line = bytes(self.unread[:stop])
        del self.unread[:stop]
        found = _LITERAL.search(line)
        self.announced = int(found[1]) if found else 0
        return line

    def take(self, size: int) -> bytes:
        """Exactly ``size`` octets, fewer at the end of the stream."""
        while len(self.unread) < size and self.fill():
            pass
        data = bytes(self.unread[:size])
        del self.unread[:size]
        return data
