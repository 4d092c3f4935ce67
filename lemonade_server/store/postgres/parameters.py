"""Statements and their parameters as PostgreSQL's protocol has them.

Types are left to the server, which knows them from where a parameter stands: so a statement is
prepared once, whatever the size of the numbers that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from psycopg import DataError

TEXT, BINARY = 0, 1


class Statement(NamedTuple):
    """``reads``: it changes nothing, but may lock."""

    text: bytes
    reads: bool


@lru_cache(maxsize=2048)
def statement(sql: str) -> Statement:
    """The statement, whose parameters are written ``%s``."""
    parts = sql.split("%s")
    text = parts[0] + "".join(f"${at}{part}" for at, part in enumerate(parts[1:], 1))
    return Statement(text.encode(), sql.startswith("SELECT"))


def parameters(args: Sequence[object]) -> tuple[list[bytes | None], list[int]]:
    """The values and the format of each. Raises DataError for what no column can hold."""
    values: list[bytes | None] = []
    formats: list[int] = []
    for arg in args:
        if isinstance(arg, bytes | bytearray | memoryview):
            values.append(bytes(arg))
            formats.append(BINARY)
        else:
            values.append(_text(arg))
            formats.append(TEXT)
    return values, formats


def _text(arg: object) -> bytes | None:
    match arg:
        case None:
            return None
        case str():
            return _string(arg)
        case bool():
            return b"t" if arg else b"f"
        case int():
            return b"%d" % arg
        case float():
            return repr(arg).encode()
        case list() | tuple():
            return b"{%b}" % b",".join(map(_element, arg))
    raise TypeError(f"no column holds a {type(arg).__name__}")


def _string(text: str) -> bytes:
    octets = text.encode()
    if b"\0" in octets:
        raise DataError("a text of PostgreSQL holds no NUL")
    return octets


def _element(arg: object) -> bytes:
    match arg:
        case str():
            return b'"%b"' % _string(arg).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        case bytes():
            return b'"\\\\x%b"' % arg.hex().encode()
        case None:
            return b"NULL"
    text = _text(arg)
    assert text is not None
    return text
