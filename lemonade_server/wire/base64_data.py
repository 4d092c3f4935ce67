"""Base64 of a body, decoded as far as it goes (RFC 2045 §6.8).

Octets that are no digits are passed over, and any piece may be cut. Padding ends the data, unless
what follows is base64 again, as in a body that was put together from several: list servers add
their footers as plain text behind it. Data that needs no padding ends where such a text begins.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from enum import Enum

LINE = 256  # octets of a line that are looked at
LONG = 40  # digits that are data even where their number is not a multiple of four

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_DIGITS = bytes(octet for octet in range(256) if octet not in _ALPHABET)
_CLEAN = _ALPHABET + b"=\r\n"
_PADDING = re.compile(rb"[=\s]*+")
_DIGITS = re.compile(rb"[A-Za-z0-9+/=]++")


class _At(Enum):
    DATA = 1
    PADDING = 2
    END = 3


class Base64:
    """Piece by piece: any cut of the encoded octets gives the same."""

    __slots__ = ("_at", "_begun", "_blank", "_digits", "_inside", "_line", "_rest", "_trusted")

    def __init__(self) -> None:
        self._at = _At.DATA
        self._line = b""  # the beginning of a line, not judged yet
        self._inside = False  # a long line was judged, the rest of it follows
        self._begun = False  # there was a line that is not blank
        self._blank = False  # the last line was blank
        self._digits = b""  # fewer than four
        self._rest = b""  # the line behind padding, not judged yet
        self._trusted = False  # the line that is read was found to be base64

    def feed(self, data: bytes) -> bytes:
        """What is certain so far."""
        return b"".join(self._all(data, final=False))

    def finish(self) -> bytes:
        """The rest."""
        rest = self._all(b"", final=True)
        digits, self._digits = self._digits, b""
        return b"".join([*rest, _group(digits)])

    def _all(self, data: bytes, *, final: bool) -> list[bytes]:
        out: list[bytes] = []
        for block in self._blocks(self._line + data, final=final):
            out += self._decode_clean(block, final=False)
        return out + self._decode_clean(b"", final=True) if final else out

    def _blocks(self, data: bytes, *, final: bool) -> Iterator[bytes]:
        """Whole lines, many at once where all are clean; those of a text behind the data end it."""
        start = 0
        if self._inside:
            start = data.find(b"\n") + 1 or len(data)
            self._inside = not data.endswith(b"\n", 0, start)
            yield data[:start]
        stop = data.rfind(b"\n", start) + 1 or start
        if _is_clean(lines := data[start:stop]):
            if lines:
                self._note(lines[lines.rfind(b"\n", 0, -1) + 1 :], lines)
            yield lines
        else:
            yield from self._check_lines(lines.split(b"\n"))
        self._line = data[stop:]
        if len(self._line) >= LINE or final:
            line, self._line = self._line, b""
            self._inside = bool(line)
            yield from self._check_lines([line])

    def _check_lines(self, lines: list[bytes]) -> Iterator[bytes]:
        for number, line in enumerate(lines, 1):
            may_end = self._at is _At.DATA and not self._digits and self._begun
            if may_end and _is_words(line[:LINE].strip(), behind_blank=self._blank):
                self._at = _At.END
            if number < len(lines):
                line += b"\n"
            if line:
                self._note(line, line)
                yield line

    def _note(self, last: bytes, lines: bytes) -> None:
        """What the next line is judged by. ``last``: of the lines."""
        self._blank = not last.strip()
        self._begun = self._begun or bool(lines.strip())

    def _decode_clean(self, data: bytes, *, final: bool) -> list[bytes]:
        out: list[bytes] = []
        data, self._rest = self._rest + data, b""
        position = 0
        while self._at is not _At.END and position < len(data):
            if self._at is _At.DATA:
                position = self._read(data, position, out)
                continue
            found = _PADDING.match(data, position)
            position = found.end() if found else position
            end = data.find(b"\n", position, position + LINE)
            if end < 0 and len(data) - position < LINE and not final:
                self._rest = data[position:]
                break
            if position < len(data):
                line = data[position : end if end >= 0 else position + LINE]
                self._trusted = _is_base64(line.rstrip(b" \t\r"))
                self._at = _At.DATA if self._trusted else _At.END
        return out

    def _read(self, data: bytes, position: int, out: list[bytes]) -> int:
        """Digits up to the next padding, or all; where to go on."""
        at = data.find(b"=", position)
        piece = data[position : at if at >= 0 else len(data)]
        if b"\n" in piece:
            self._trusted = False
        digits = self._digits + piece.translate(None, _NOT_DIGITS)
        if at < 0:
            whole = len(digits) // 4 * 4
            self._digits = digits[whole:]
            out.append(binascii.a2b_base64(digits[:whole]))
            return len(data)
        self._digits = b""
        out.append(_group(digits))
        if not self._trusted:
            self._at = _At.PADDING
        return at + 1


def decode(data: bytes) -> bytes:
    """A whole body."""
    if b"=" not in data and _is_clean(data):
        return _group(data.translate(None, _NOT_DIGITS))
    tool = Base64()
    return tool.feed(data) + tool.finish()


def _is_base64(line: bytes) -> bool:
    return _DIGITS.fullmatch(line) is not None and (len(line) % 4 == 0 or len(line) >= LONG)


def _is_clean(data: bytes) -> bool:
    return not data.translate(None, _CLEAN)


def _is_words(line: bytes, *, behind_blank: bool) -> bool:
    """Whether a line behind complete groups of digits is a text's: a single octet that is no digit
    can be damage, which is passed over; words with blanks between, or a new paragraph, are none.
    """
    if behind_blank or b" " in line:
        return bool(line.translate(None, _ALPHABET + b"= \t"))
    return False


def _group(digits: bytes) -> bytes:
    """Digits without padding; a single one at the end means nothing."""
    whole = digits[:-1] if len(digits) % 4 == 1 else digits
    return binascii.a2b_base64(whole + b"==")
