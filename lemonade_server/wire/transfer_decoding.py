"""Transfer encodings taken off piece by piece (RFC 2045 §6): for parts too large to hold.

Any cut of the encoded octets gives what ``text.transfer_decode`` gives of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from .base64_data import Base64
from .text import quoted_printable

LONGEST_LINE = 65_536  # of quoted-printable that is waited for
LONGEST_TEXT_LINE = 998  # octets of a line of 7bit or 8bit data, without its CRLF


class Decoder(Protocol):
    """``feed`` gives what is certain so far, ``finish`` the rest."""

    def feed(self, data: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


def decoder(encoding: str) -> Decoder:
    """A decoder for one of ``transfer_encodings.KNOWN``."""
    if encoding == "base64":
        return Base64()
    if encoding == "quoted-printable":
        return _QuotedPrintable()
    return _Identity()


class _Identity:
    def feed(self, data: bytes) -> bytes:
        return data

    def finish(self) -> bytes:
        return b""


class _QuotedPrintable:
    """Whole lines at a time; a line too long for that is cut where no escape is cut, and no blanks
    that may turn out to be its end.
    """

    def __init__(self) -> None:
        self._line = b""

    def feed(self, data: bytes) -> bytes:
        data = self._line + data
        cut = data.rfind(b"\n") + 1
        if len(data) - cut > LONGEST_LINE:
            cut = len(data) - 8
            escape = data.rfind(b"=", cut - 3, cut)
            cut = len(data[: cut if escape < 0 else escape].rstrip(b" \t="))
        self._line = data[cut:]
        return quoted_printable(data[:cut])

    def finish(self) -> bytes:
        rest, self._line = quoted_printable(self._line), b""
        return rest


def identity_encoding(pieces: Iterable[bytes]) -> str:
    """Which identity encoding octets have: 7bit, 8bit, or binary (RFC 2045 §2.7 to §2.9)."""
    line = b""
    is_ascii = True
    for piece in pieces:
        is_ascii = is_ascii and piece.isascii()
        *lines, line = (line + piece).split(b"\r\n")
        kept = line.removesuffix(b"\r")  # its LF may come with the next piece
        if b"\0" in piece or not all(map(_is_line, lines)) or not _is_line(kept):
            return "binary"
    if not _is_line(line):
        return "binary"
    return "7bit" if is_ascii else "8bit"


def _is_line(line: bytes) -> bool:
    return len(line) <= LONGEST_TEXT_LINE and b"\n" not in line and b"\r" not in line
