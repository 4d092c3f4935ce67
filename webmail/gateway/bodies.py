"""The octets of a body part as text, and its transfer encoding undone as it streams."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

from lemonade_server.wire.text import decode_body
from lemonade_server.wire.transfer import Decoder, decoder

from .types import PartInfo

_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
_NOT_BASE64 = bytes(c for c in range(256) if c not in _BASE64)


def body_text(data: bytes, part: PartInfo) -> str:
    """The text of a part; ``data`` may be only its beginning."""
    text = decode_body(data, part.encoding, part.charset)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def unflow(text: str, delsp: bool) -> str:
    """Join the lines of format=flowed text. RFC 3676 §4.

    Quote levels are kept as ``>`` marks; a line is joined only to one of the same level.
    """
    out: list[str] = []
    level, flowing = 0, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:].removeprefix(" ")
        signature = rest == "-- "
        if flowing and depth == level and not signature:
            out[-1] += rest
        else:
            out.append(">" * depth + (" " if depth and rest else "") + rest)
        flowing = rest.endswith(" ") and not signature
        level = depth
        if flowing and delsp:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def undo(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The decoded octets of a part. Forgiving: what is not base64 in base64 is passed over."""
    if encoding == "base64":
        yield from _unbase64(chunks)
    elif encoding == "quoted-printable":
        yield from _decoded(chunks, decoder(encoding))
    elif encoding in ("x-uuencode", "uuencode", "x-uue"):
        yield from _unuu(chunks)
    else:
        yield from chunks


def _decoded(chunks: Iterable[bytes], tool: Decoder) -> Iterator[bytes]:
    for chunk in chunks:
        yield tool.feed(chunk)
    yield tool.finish()


def _unbase64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        data = rest + chunk.translate(None, _NOT_BASE64)
        whole = len(data) - len(data) % 4
        rest = data[whole:]
        if whole:
            yield base64.b64decode(data[:whole])
    if len(rest) > 1:
        yield base64.b64decode(rest + b"=" * (-len(rest) % 4))


def _unuu(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    inside = False
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            line = line.rstrip(b"\r")
            if line.startswith(b"begin "):
                inside = True
            elif line == b"end":
                inside = False
            elif inside and line:
                yield _uu_line(line)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # trailing rubbish: the first character says how much counts
        octets = ((line[0] - 32) & 63) * 4 + 5
        try:
            return binascii.a2b_uu(line[: octets // 3])
        except binascii.Error:
            return b""
