"""Compression of a connection: raw DEFLATE in both directions (RFC 4978, RFC 1951).

What is sent must not tell by its size what else was sent: a stranger who may put text into a
mailbox could guess at secrets beside it. So each burst, and each larger piece of one, begins with
an empty dictionary. What is received is inflated in small steps: a bomb costs no memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from .framing import Framer

WINDOW = -15  # 32 KB, no zlib header around it
LEVEL = 3
STEP = 65_536  # octets that are inflated before others have their turn
APART = 256  # octets from which a piece shares its dictionary with no other


class BrokenStream(ConnectionError):
    """What the peer sent is no DEFLATE, or goes on behind its end."""


class Deflater:
    """The sending side."""

    __slots__ = ("_zlib",)

    def __init__(self) -> None:
        self._zlib = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW)

    def pack(self, parts: Iterable[bytes]) -> bytes:
        """Octets that let the peer read all of ``parts`` at once (a flush ends them)."""
        out: list[bytes] = []
        open_octets = 0  # since the dictionary was empty
        for part in parts:
            if open_octets and len(part) >= APART:
                out.append(self._zlib.flush(zlib.Z_FULL_FLUSH))
            out.append(self._zlib.compress(part))
            open_octets += len(part)
            if len(part) >= APART:
                out.append(self._zlib.flush(zlib.Z_FULL_FLUSH))
                open_octets = 0
        if open_octets:
            out.append(self._zlib.flush(zlib.Z_FULL_FLUSH))
        return b"".join(out)


class Inflating:
    """The receiving side: a framer that inflates what it is fed for another one."""

    __slots__ = ("_inner", "_more", "_packed", "_zlib")

    def __init__(self, inner: Framer) -> None:
        self._inner = inner
        self._packed = bytearray()
        self._more = False  # zlib holds octets back that it had no room for
        self._zlib = zlib.decompressobj(WINDOW)

    @property
    def waiting(self) -> bool:
        """Whether ``next`` stopped before all that was fed is inflated."""
        return self._more or bool(self._packed)

    def feed(self, data: bytes) -> None:
        self._packed += data

    def next(self) -> object | None:
        """The next event; None after a step without one, or when there is nothing to inflate.

        Raises BrokenStream.
        """
        left = STEP
        while (event := self._inner.next()) is None and self.waiting and left > 0:
            if self._zlib.eof:
                raise BrokenStream("octets behind the end of the compressed stream")
            try:
                data = self._zlib.decompress(self._packed, left)
            except zlib.error as error:
                raise BrokenStream("what was received is not compressed") from error
            self._packed = bytearray(self._zlib.unconsumed_tail or self._zlib.unused_data)
            self._more = len(data) == left and not self._zlib.eof
            left -= max(len(data), 1)
            self._inner.feed(data)
        return event

    def finish(self) -> Framer:
        """End it: the framer that goes on with what is not compressed.

        Raises BrokenStream when octets have come already and it can't be said what they are.
        """
        if self.waiting and not self._zlib.eof:
            raise BrokenStream("octets came before the end of compression was agreed")
        self._inner.feed(bytes(self._packed))
        self._packed.clear()
        return self._inner
