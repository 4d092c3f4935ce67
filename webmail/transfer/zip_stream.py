"""A ZIP archive written in one pass, of any size and with any number of files.

Python's ``zipfile`` remembers each file until the end: of a million messages, that is a gigabyte.
Here the directory waits on disk. The format: APPNOTE.TXT 6.3.10 §4.3, ZIP64 where it is needed.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

MEMORY = 256 * 1024  # octets of the directory; what is more waits on disk
CHUNK = 64 * 1024
LEVEL = 1  # of compression: mail is text, and the link is not the only thing that is slow
FLAGS = 0x0808  # sizes stand behind the data; names are UTF-8
DEFLATED = 8
VERSION, VERSION_64 = 20, 45
MOST_32 = 0xFFFFFFFF
MOST_16 = 0xFFFF
UNIX = 3 << 8
MODE = 0o100600 << 16


@dataclass(slots=True)
class _Entry:
    name: bytes
    stamp: tuple[int, int]  # time and day, as MS-DOS has them
    offset: int
    is_large: bool
    how: tuple[int, int] = (FLAGS, DEFLATED)
    crc: int = 0
    size: int = 0
    packed: int = 0


class ZipStream:
    """Gives the octets of an archive as files are put in, one after the other."""

    def __init__(self) -> None:
        self.offset = 0
        self._entry: _Entry | None = None
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._directory = tempfile.SpooledTemporaryFile(MEMORY)  # noqa: SIM115 - finish closes it
        self._count = 0

    def begin(
        self, name: str, when: datetime, *, is_large: bool = False, level: int = LEVEL
    ) -> bytes:
        """The head of a file. ``is_large``: it may have 4 GB or more. ``level`` 0: no compression,
        for what is compressed already.
        """
        entry = _Entry(name.encode(), _stamp(when), self.offset, is_large)
        self._entry = entry
        self._packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        sizes = (MOST_32, MOST_32) if is_large else (0, 0)
        extra = struct.pack("<HHQQ", 1, 16, 0, 0) if is_large else b""
        version = VERSION_64 if is_large else VERSION
        head = struct.pack(
            "<4sHHHHHLLLHH", b"PK\x03\x04", version, FLAGS, DEFLATED, *entry.stamp, 0, *sizes,
            len(entry.name), len(extra),
        )  # fmt: skip
        return self._count_out(head + entry.name + extra)

    def folder(self, name: str, when: datetime) -> bytes:
        """An empty folder; its name ends with a slash."""
        entry = _Entry(name.encode(), _stamp(when), self.offset, False, (FLAGS & ~8, 0))
        head = struct.pack(
            "<4sHHHHHLLLHH", b"PK\x03\x04", VERSION, *entry.how, *entry.stamp, 0, 0, 0,
            len(entry.name), 0,
        )  # fmt: skip
        self._directory.write(_record(entry))
        self._count += 1
        return self._count_out(head + entry.name)

    def write(self, data: bytes) -> bytes:
        """What there is to be sent of the file's next octets."""
        entry = self._open_entry()
        entry.crc = zlib.crc32(data, entry.crc)
        entry.size += len(data)
        return self._pack(entry, self._packer.compress(data))

    def end(self) -> bytes:
        """The end of the file."""
        entry = self._open_entry()
        rest = self._pack(entry, self._packer.flush())
        form = "<4sLQQ" if entry.is_large else "<4sLLL"
        told = struct.pack(form, b"PK\x07\x08", entry.crc, entry.packed, entry.size)
        self._directory.write(_record(entry))
        self._count += 1
        self._entry = None
        return rest + self._count_out(told)

    def finish(self) -> Iterator[bytes]:
        """The directory, which ends the archive."""
        start, size = self.offset, self._directory.tell()
        self._directory.seek(0)
        while piece := self._directory.read(CHUNK):
            yield piece
        self._directory.close()
        if self._count >= MOST_16 or start >= MOST_32 or size >= MOST_32:
            yield struct.pack(
                "<4sQHHLLQQQQ", b"PK\x06\x06", 44, VERSION_64, VERSION_64, 0, 0, self._count,
                self._count, size, start,
            )  # fmt: skip
            yield struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
        count = min(self._count, MOST_16)
        ends = (min(size, MOST_32), min(start, MOST_32))
        yield struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, *ends, 0)

    def _open_entry(self) -> _Entry:
        assert self._entry is not None, "no file was begun"
        return self._entry

    def _pack(self, entry: _Entry, packed: bytes) -> bytes:
        entry.packed += len(packed)
        return self._count_out(packed)

    def _count_out(self, data: bytes) -> bytes:
        self.offset += len(data)
        return data


def _record(entry: _Entry) -> bytes:
    """A file in the directory."""
    large = [entry.size, entry.packed] if entry.is_large else []
    place = min(entry.offset, MOST_32)
    if place == MOST_32:
        large.append(entry.offset)
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    sizes = (MOST_32, MOST_32) if entry.is_large else (entry.packed, entry.size)
    version = VERSION_64 if large else VERSION
    head = struct.pack(
        "<4sHHHHHHLLLHHHHHLL", b"PK\x01\x02", UNIX | version, version, *entry.how, *entry.stamp,
        entry.crc, *sizes, len(entry.name), len(extra), 0, 0, 0, MODE, place,
    )  # fmt: skip
    return head + entry.name + extra


def _stamp(when: datetime) -> tuple[int, int]:
    """Time and day; the format begins in 1980 and ends in 2107."""
    if not 1980 <= when.year <= 2107:
        return 0, 0x21
    time = when.hour << 11 | when.minute << 5 | when.second // 2
    return time, (when.year - 1980) << 9 | when.month << 5 | when.day
