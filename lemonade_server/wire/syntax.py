"""How a string is written to an IMAP peer: atom, quoted, literal or NIL.

RFC 3501 §4.3 and §9 (`astring`, `nstring`, `string`), literal8 of RFC 3516 §4.2. The functions take
and give octets; a literal's size and its octets are joined, so nothing here suits a large body,
which is streamed behind `literal_head`.
"""

from __future__ import annotations

import re

# Longer strings are sent as literals: old clients keep a quoted string in a line buffer.
QUOTED_LIMIT = 1000

_ATOM = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\]+")
_PLAIN = re.compile(rb"[^\x00\r\n\x80-\xff\"\\]{0,%d}+" % QUOTED_LIMIT)  # most strings
_NOT_QUOTABLE = re.compile(rb"[\x00\r\n\x80-\xff]")
_NOT_QUOTABLE_UTF8 = re.compile(rb"[\x00\r\n]")
_SPECIAL = re.compile(rb"[\"\\]")


def quoted_string(data: bytes) -> bytes:
    """The octets between quotes, for text known to hold no CR, LF or NUL (RFC 3501 §4.3)."""
    if b'"' in data or b"\\" in data:
        data = _SPECIAL.sub(rb"\\\g<0>", data)
    return b'"%b"' % data


def literal_head(size: int, *, binary: bool = False) -> bytes:
    """The announcement of a literal of `size` octets, which the caller sends right behind it."""
    return (b"~{%d}\r\n" if binary else b"{%d}\r\n") % size


def literal(data: bytes) -> bytes:
    """A plain literal. A NUL, which may not stand in one, is sent as 0x80 (RFC 3501 §9, CHAR8).

    The size stays true, and a client that can take NUL asks with BINARY instead.
    """
    return b"{%d}\r\n%b" % (len(data), data.replace(b"\0", b"\x80"))


def string(data: bytes, *, allow8: bool = False, utf8: bool = False) -> bytes:
    """Quoted when that can carry the octets, else a literal; `~{n}` for NUL when `allow8`.

    `utf8` is set once the client has enabled UTF8=ACCEPT: 8-bit text may then be quoted
    (RFC 6855 §3) if it is UTF-8.
    """
    if _PLAIN.fullmatch(data):
        return b'"%b"' % data
    if len(data) <= QUOTED_LIMIT:
        if not _NOT_QUOTABLE.search(data):
            return quoted_string(data)
        if utf8 and not _NOT_QUOTABLE_UTF8.search(data) and _is_utf8(data):
            return quoted_string(data)
    if allow8 and b"\0" in data:
        return literal_head(len(data), binary=True) + data
    return literal(data)


def astring(data: bytes, *, utf8: bool = False) -> bytes:
    """An atom where it can be one. `NIL` is quoted, since some clients read it as nstring."""
    if _ATOM.fullmatch(data) and data.upper() != b"NIL":
        return data
    return string(data, utf8=utf8)


def nstring(data: bytes | None, *, utf8: bool = False) -> bytes:
    """`NIL` for None, else a string: an empty string is `""` and not NIL."""
    return b"NIL" if data is None else string(data, utf8=utf8)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
