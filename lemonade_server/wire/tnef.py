"""What a winmail.dat holds: the files, and the text, of a message in TNEF (MS-OXTNEF).

Lengths that reach beyond the data end it; nothing is copied but what is found. Time is linear.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from . import text

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_FILES = 500
MAX_DEPTH = 5  # messages one inside the other
MOST_PROPERTIES = 20_000

_RENDER, _TITLE, _DATA, _ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
_BODY, _PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_P_DATA, _P_NAME, _P_LONG_NAME, _P_TYPE, _P_CID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_P_BODY, _P_HTML = 0x1000, 0x1013
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MANY = 0x1000  # a property of several values
_INTERFACE = 16  # octets in front of an object: its interface


@dataclass(slots=True)
class TnefFile:
    """A file. ``type`` and ``content_id`` are empty where the message does not say."""

    name: str = ""
    type: str = ""
    content_id: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Contents:
    """The files in order, those of embedded messages too; the text, and the HTML, if any."""

    files: list[TnefFile]
    text: str
    html: str


def read(data: bytes) -> Contents | None:
    """What is in it; None for what is no TNEF."""
    if not data.startswith(SIGNATURE):
        return None
    found = Contents([], "", "")
    _read(memoryview(data), found, 0)
    return found


def _read(data: memoryview, found: Contents, depth: int) -> None:
    charset = "cp1252"
    file: TnefFile | None = None
    for name, value in _attributes(data):
        if name == _CODEPAGE and len(value) >= 4:
            charset = f"cp{struct.unpack_from('<I', value)[0]}"
        elif name == _RENDER:
            if len(found.files) >= MOST_FILES:
                return
            file = TnefFile()
            found.files.append(file)
        elif name == _BODY:
            found.text = found.text or _string(bytes(value), charset)
        elif name == _PROPERTIES:
            _read_message(value, found, charset)
        elif file is not None and name == _TITLE:
            file.name = file.name or _string(bytes(value), charset)
        elif file is not None and name == _DATA:
            file.data = bytes(value)
        elif file is not None and name == _ATTACHMENT:
            inner = _read_file(value, file, charset)
            if inner is not None:
                found.files.remove(file)
                if depth < MAX_DEPTH:
                    _read(inner, found, depth + 1)
                file = None


def _attributes(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Names and values. Level (1), name (2), type (2), length (4), value, checksum (2)."""
    position = 6
    while position + 9 <= len(data):
        name, _, length = struct.unpack_from("<HHI", data, position + 1)
        position += 9
        yield name, data[position : position + length]
        position += length + 2


def _read_message(data: memoryview, found: Contents, charset: str) -> None:
    for key, kind, value in _properties(data):
        if key == _P_BODY and not found.text:
            found.text = _value(kind, value, charset)
        elif key == _P_HTML and not found.html:
            found.html = _value(kind, value, charset) if kind != _BINARY else _html(value)


def _html(value: memoryview) -> str:
    return text.decode(bytes(value), "utf-8")


def _read_file(data: memoryview, file: TnefFile, charset: str) -> memoryview | None:
    """Fill in what the properties say; the TNEF of an embedded message."""
    for key, kind, value in _properties(data):
        if key == _P_LONG_NAME:
            file.name = _value(kind, value, charset) or file.name
        elif key == _P_NAME:
            file.name = file.name or _value(kind, value, charset)
        elif key == _P_TYPE:
            file.type = _value(kind, value, charset).strip().lower()
        elif key == _P_CID:
            file.content_id = _value(kind, value, charset).strip()
        elif key == _P_DATA:
            content = value[_INTERFACE:] if kind == _OBJECT else value
            if bytes(content[:4]) == SIGNATURE:
                return content
            file.data = file.data or bytes(content)
    return None


def _properties(data: memoryview) -> Iterator[tuple[int, int, memoryview]]:
    """Identifier, type and (the first) value of each MAPI property (MS-OXTNEF §2.1.3.4)."""
    reader = _Reader(data)
    for _ in range(min(reader.number(), MOST_PROPERTIES)):
        kind, key = reader.pair()
        if key >= 0x8000:
            reader.skip(16)
            if reader.number():
                reader.skip(_padded_length(reader.number()))
            else:
                reader.skip(4)
        size = _FIXED.get(kind & ~_MANY)
        count = 1
        if kind & _MANY or size is None:
            count = reader.number()
        first: memoryview | None = None
        for _ in range(count):
            length = reader.number() if size is None else size
            value = reader.take(length)
            first = value if first is None else first
            reader.skip(_padded_length(length) - length)
            if reader.at_end:
                break
        if first is not None:
            yield key, kind & ~_MANY, first
        if reader.at_end:
            return


def _padded_length(length: int) -> int:
    return (length + 3) // 4 * 4


class _Reader:
    """Little-endian numbers; zeros and nothing behind the end."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._position = 0

    @property
    def at_end(self) -> bool:
        return self._position >= len(self._data)

    def take(self, length: int) -> memoryview:
        start = self._position
        self._position = min(start + length, len(self._data))
        return self._data[start : self._position]

    def skip(self, length: int) -> None:
        self.take(length)

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def pair(self) -> tuple[int, int]:
        """Two numbers of two octets."""
        return int.from_bytes(self.take(2), "little"), int.from_bytes(self.take(2), "little")


def _value(kind: int, value: memoryview, charset: str) -> str:
    if kind == _UNICODE:
        return text.clean(bytes(value).decode("utf-16-le", "replace")).rstrip("\0")
    return _string(bytes(value), charset)


def _string(value: bytes, charset: str) -> str:
    """Up to its NUL."""
    return text.decode(value.partition(b"\0")[0], charset)
