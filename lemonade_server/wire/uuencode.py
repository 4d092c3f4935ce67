"""Uuencoded files, in a body of text or as its encoding (POSIX, ``uuencode``).

A file is what stands between ``begin 644 name`` and ``end`` when every line in between can be one
of it: text that only speaks of such lines stays text. Time is linear, whatever comes.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

from . import base64_data

MOST_FILES = 100
_BEGIN = re.compile(rb"(?:\A|(?<=\n))begin(-base64)? [0-7]{3,4} ([^\r\n]{1,1000})\r?\n")
_LINE = re.compile(rb"([ -`])([ -`]*+)\r?(?:\n|\Z)")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]++={0,2}[ \t]*+\r?(?:\n|\Z)")
_END = re.compile(rb"end[ \t]*+\r?(?:\n|\Z)")
_BASE64_END = re.compile(rb"====[ \t]*+\r?(?:\n|\Z)")
_EMPTY = re.compile(rb"[ \t]*+\r?\n")


@dataclass(slots=True)
class UuencodedFile:
    """A file in a text: its name as written, its encoded lines, whether its end was there."""

    name: bytes
    lines: bytes
    is_base64: bool
    complete: bool

    def decode(self) -> bytes:
        """Its octets."""
        if self.is_base64:
            return base64_data.decode(self.lines)
        return b"".join(map(_octets, self.lines.splitlines()))


def split(data: bytes, *, cut: bool = False) -> tuple[bytes, list[UuencodedFile]]:
    """The text without the files, and the files. ``cut``: ``data`` may end inside one."""
    if b"begin" not in data:
        return data, []
    kept: list[bytes] = []
    files: list[UuencodedFile] = []
    position = 0
    while len(files) < MOST_FILES and (begin := _BEGIN.search(data, position)):
        is_base64 = begin[1] is not None
        stop = _stop(data, begin.end(), is_base64)
        end = (_BASE64_END if is_base64 else _END).match(data, stop)
        if end is None and not (cut and stop == len(data) > begin.end()):
            kept.append(data[position : max(stop, begin.end())])
            position = max(stop, begin.end())
            continue
        kept.append(data[position : begin.start()])
        lines = data[begin.end() : stop]
        files.append(UuencodedFile(begin[2].strip(), lines, is_base64, end is not None))
        position = end.end() if end else stop
    kept.append(data[position:])
    return b"".join(kept), files


def decode(data: bytes) -> bytes:
    """A body whose encoding is this: the octets of the file in it; as it is without one."""
    _, files = split(data, cut=True)
    return files[0].decode() if files else data


def _stop(data: bytes, start: int, is_base64: bool) -> int:
    """Where the lines end that can be of a file."""
    position = start
    while position < len(data):
        if is_base64:
            found = _BASE64_LINE.match(data, position)
        else:
            found = _LINE.match(data, position)
            if found is not None and not _fits(found):
                found = None
            found = found or _EMPTY.match(data, position)  # some mailers strip the last blank
        if found is None:
            break
        position = found.end()
    return position


def _fits(line: re.Match[bytes]) -> bool:
    """As many characters as the first says; blanks at its end may be gone, a checksum may be on."""
    wanted = (((line[1][0] - 32) & 63) + 2) // 3 * 4
    return len(line[2]) <= wanted + 1 and (len(line[2]) > 0 or wanted == 0)


def _octets(line: bytes) -> bytes:
    """One line's octets, whether its blanks at the end are there or not."""
    line = line.rstrip(b"\r\n")
    if not line:
        return b""
    count = (line[0] - 32) & 63
    wanted = (count + 2) // 3 * 4
    return binascii.a2b_uu(line[:1] + line[1 : 1 + wanted].ljust(wanted))
