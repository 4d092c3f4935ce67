"""Headers with their encoded words and extended parameters in another charset (RFC 5259 §6).

Encoded words stay encoded words, in the encoding that they had, so the meaning of structured
fields is not touched. What can't be decoded stays as it is; what is not encoded, too.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from lemonade_server.wire import headers, recoding_params, text

LONGEST_WORD = 75  # RFC 2047 §2
LONGEST_LINE = 76
SHORTEST = 30  # a line with less room than that is ended before the word

_WORD = rb"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?="
_RUN = re.compile(rb"(?<![^\s(\"])%b(?:[ \t\r\n]+%b)*(?![^\s)\"])" % (_WORD, _WORD))
_PARTS = re.compile(rb"=\?([^?\s]+)\?([bBqQ])\?([^?\s]*)\?=")
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


class Unwritable(ValueError):
    """A character does not exist in the charset, and there is no replacement for it."""


class Charset:
    """A charset to write in: its name, and what stands for characters that it has not."""

    def __init__(self, name: str, replacement: str | None) -> None:
        codec = text.writing_codec(name)
        if codec is None:
            raise ValueError(f"the charset {name!r} is unknown")
        self.name = name.encode("ascii", "replace")
        self._codec = codec
        self._replacement = replacement

    def encode(self, words: str) -> bytes:
        """Raises Unwritable."""
        try:
            return words.encode(self._codec)
        except UnicodeEncodeError as error:
            if self._replacement is None:
                raise Unwritable(f"{self.name.decode()} has not all characters") from error
        return "".join(map(self._write, words)).encode(self._codec)

    def _write(self, char: str) -> str:
        try:
            char.encode(self._codec)
        except UnicodeEncodeError:
            return self._replacement or ""
        return char


def recode(block: bytes, charset: Charset) -> bytes:
    """A header block in another charset, its blank line included. Raises Unwritable."""
    out: list[bytes] = []
    at = 0
    for name, _, start, stop in headers.each(block):
        out.append(block[at:start])
        field = block[start:stop]
        if name.lower() in recoding_params.FIELDS:
            field = recoding_params.recode(field, charset.name, charset.encode)
        out.append(_field(field, charset) if b"=?" in field else field)
        at = stop
    out.append(block[at:])
    return b"".join(out)


def _field(field: bytes, charset: Charset) -> bytes:
    out = bytearray()
    at = 0
    for run in _RUN.finditer(field):
        out += field[at : run.start()]
        for words, verbatim, coding in _pieces(run[0]):
            _append(out, words, verbatim, coding, charset)
        at = run.end()
    return bytes(out + field[at:])


def _pieces(run: bytes) -> Iterator[tuple[str, bytes, bytes]]:
    """Neighbouring words of one charset as text, with the coding of the first; or one verbatim.

    They are joined before they are decoded, since many mailers cut characters in two.
    """
    joined: list[tuple[bytes, bytes, bytes, bytes]] = []
    for word in _PARTS.finditer(run):
        parts = (word[0], word[1].partition(b"*")[0].lower(), word[2].upper(), word[3])
        if joined and joined[0][1:3] != parts[1:3]:
            yield from _decode_words(joined)
            joined = []
        joined.append(parts)
    yield from _decode_words(joined)


def _decode_words(
    joined: list[tuple[bytes, bytes, bytes, bytes]],
) -> Iterator[tuple[str, bytes, bytes]]:
    codec = text.reading_codec(joined[0][1].decode("latin-1")[:64])
    coding = joined[0][2]
    try:
        octets = b"".join(_octets(parts[3], coding) for parts in joined)
        yield octets.decode(codec or "undefined"), b"", coding
    except (UnicodeError, LookupError, binascii.Error, ValueError):
        for parts in joined:
            yield "", parts[0], coding


def _octets(coded: bytes, coding: bytes) -> bytes:
    if coding == b"B":
        return binascii.a2b_base64(coded + b"=" * (-len(coded) % 4), strict_mode=True)
    return binascii.a2b_qp(coded, header=True)


def _append(out: bytearray, words: str, verbatim: bytes, coding: bytes, charset: Charset) -> None:
    """Add encoded words to a field, a line each when there are many."""
    is_first = not out.endswith(b"?=")
    at = 0
    while True:
        room = LONGEST_LINE - (len(out) - out.rfind(b"\n") - 1)
        if not is_first:
            out += b"\r\n "
            room = LONGEST_LINE - 1
        elif room < SHORTEST and out.endswith((b" ", b"\t")):
            out[-1:] = b"\r\n "
            room = LONGEST_LINE - 1
        is_first = False
        if verbatim:
            out += verbatim
            return
        room = min(room, LONGEST_WORD)
        some = words[at : at + LONGEST_WORD]
        count = _fitting(some, coding, charset, room)
        out += _word(some[:count], coding, charset)
        at += count
        if at >= len(words):
            return


def _fitting(words: str, coding: bytes, charset: Charset, room: int) -> int:
    """How many characters fit into one encoded word; always one."""
    low, high = 1, max(len(words), 1)
    while low < high:
        middle = (low + high + 1) // 2
        if len(_word(words[:middle], coding, charset)) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _word(words: str, coding: bytes, charset: Charset) -> bytes:
    octets = charset.encode(words)
    if coding == b"B":
        coded = binascii.b2a_base64(octets, newline=False)
    else:
        coded = b"".join(
            b"_" if octet == 32 else bytes((octet,)) if octet in _SAFE else b"=%02X" % octet
            for octet in octets
        )
    return b"=?%b?%b?%b?=" % (charset.name, coding, coded)
