"""A message while it arrives: in memory up to 64 KiB, beyond that in a nameless file."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from django.conf import settings

from lemonade_server.wire.mime import BytesSource

from .errors import StoreFull, is_full

IN_MEMORY = 65_536
WINDOW = 262_144


class Spool:
    """Octets that are written once, in order, and then read. A ``Source`` of the MIME scanner.

    The file has no name, so nothing is left behind when the process dies. Raises StoreFull.
    """

    __slots__ = ("_file", "_memory", "size")

    def __init__(self) -> None:
        self.size = 0
        self._memory = bytearray()
        self._file: IO[bytes] | None = None

    def write(self, data: bytes) -> None:
        """Add octets at the end."""
        self.size += len(data)
        if self._file is None:
            self._memory += data
            if self.size <= IN_MEMORY:
                return
            data = bytes(self._memory)
            self._memory = bytearray()
        try:
            if self._file is None:
                self._file = _nameless_file()
            self._write_all(self._file, data)
        except OSError as error:
            if is_full(error):
                raise StoreFull from error
            raise

    @staticmethod
    def _write_all(file: IO[bytes], data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[file.write(left) :]

    def read(self, start: int, stop: int) -> bytes:
        """Octets of [start, stop), clipped to the size."""
        start, stop = max(0, start), min(stop, self.size)
        if stop <= start:
            return b""
        if self._file is None:
            return bytes(self._memory[start:stop])
        return os.pread(self._file.fileno(), stop - start, start)

    def buffer(self) -> bytes | mmap.mmap:
        """All octets for scanning and hashing: copied when few, else mapped."""
        if self._file is None:
            return bytes(self._memory)
        return mmap.mmap(self._file.fileno(), self.size, access=mmap.ACCESS_READ)

    def spans(self) -> Iterable[tuple[int, int, bool]]:
        """One span of which nothing is known."""
        return [(0, self.size, False)] if self.size else []

    def lines(self, start: int, stop: int) -> int:
        """Line feeds in [start, stop)."""
        return BytesSource(self.buffer()).lines(start, stop)

    def close(self) -> None:
        """Free the memory or the file. May be called twice."""
        self._memory = bytearray()
        if self._file is not None:
            self._file.close()
            self._file = None


def _folder() -> Path:
    folder = settings.LEMONADE.data / "spool"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(folder)


def _nameless_file() -> IO[bytes]:
    return tempfile.TemporaryFile(dir=_folder(), buffering=0)
