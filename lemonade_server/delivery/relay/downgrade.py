"""Making a message fit for a host that takes less than it holds (RFC 6152 §3, RFC 3030 §3).

Only leaf bodies are encoded, multiparts and messages never, so nothing is encoded twice. The
work is a list of edits over the stored octets; bodies are encoded while they are sent.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from lemonade_server.wire import headers, mime
from lemonade_server.wire.mime import Part

from .message_source import HeldContent, Traits, traits

BASE64, QUOTED_PRINTABLE = "base64", "quoted-printable"
IDENTITY = ("", "7bit", "8bit", "binary")
SEALED = ("signed", "encrypted")
"""Multiparts of which not an octet may change (RFC 1847 §2.1, §2.2)."""

CTE = b"Content-Transfer-Encoding"
MIME_VERSION = b"MIME-Version: 1.0\r\n"
_BASE64_STEP = 57 * 4096
_LINE_WINDOW = 65_536


class Unconvertible(Exception):
    """Octets that the host can't take stand where no encoding is possible: status 5.6.3."""


@dataclass(slots=True)
class _Edit:
    """Octets ``[start, stop)`` are replaced by ``text``, or by themselves, encoded."""

    start: int
    stop: int
    text: bytes = b""
    encoding: str = ""


def downgrade(content: HeldContent, eight_bit: bool) -> Iterator[bytes]:
    """The message for a host that takes 8-bit lines (``eight_bit``) or only 7-bit ones.

    Raises Unconvertible before the first octet is given out.
    """
    edits: list[_Edit] = []
    _plan(content, mime.scan(content), eight_bit, edits, whole=True)
    edits.sort(key=lambda edit: (edit.start, edit.stop))
    for start, stop in _gaps(edits, content.size):
        found = traits(content.chunks(start, stop))
        if found.broken or (found.eight_bit and not eight_bit):
            raise Unconvertible("the message holds octets that can't be encoded")
    return _stream(content, edits)


def _plan(
    content: HeldContent, part: Part, eight_bit: bool, edits: list[_Edit], whole: bool = False
) -> None:
    """What is sealed, and messages that are not known to allow an encoding (RFC 2046 §5.2.4), are
    left alone: if they hold what the host can't take, the message is not convertible.

    ``whole``: the part's header is that of a message.
    """
    header = content.read(part.header_start, part.body_start)
    for at, octets in headers.folds(header):
        edits.append(_Edit(part.header_start + at, part.header_start + at, octets))
    if part.type == "multipart" and part.subtype in SEALED:
        return
    if part.type == "message" and not part.children and not part.subtype.startswith("global"):
        return
    if part.children:
        if part.encoding.lower() in ("8bit", "binary"):
            _relabel(content, part, "8bit" if eight_bit else "7bit", edits, whole)
        for child in part.children:
            _plan(content, child, eight_bit, edits, whole=part.type == "message")
        return
    if part.encoding.lower() not in IDENTITY:
        return
    found = traits(content.chunks(part.body_start, part.stop))
    encoding = _encoding(part, found, eight_bit)
    if encoding in (BASE64, QUOTED_PRINTABLE):
        edits.append(_Edit(part.body_start, part.stop, encoding=encoding))
    if encoding != (part.encoding.lower() or "7bit"):
        _relabel(content, part, encoding, edits, whole)


def _encoding(part: Part, found: Traits, eight_bit: bool) -> str:
    if found.broken:
        return BASE64
    if found.long or (found.eight_bit and not eight_bit):
        return QUOTED_PRINTABLE if part.type == "text" else BASE64
    return "8bit" if found.eight_bit else "7bit"


def _relabel(
    content: HeldContent, part: Part, encoding: str, edits: list[_Edit], whole: bool
) -> None:
    """Replace the part's Content-Transfer-Encoding, or put one in front of its header.

    Readers heed it in a message with MIME-Version only (RFC 2045 §4).
    """
    line = CTE + b": " + encoding.encode("ascii") + b"\r\n"
    block = content.read(part.header_start, part.body_start)
    if whole and headers.value(block, b"MIME-Version") is None:
        line = MIME_VERSION + line
    for name, _, start, stop in headers.fields(block):
        if name.lower() == CTE.lower():
            edits.append(_Edit(part.header_start + start, part.header_start + stop, line))
            line = b""
    if line:
        edits.append(_Edit(part.header_start, part.header_start, line))


def _gaps(edits: list[_Edit], size: int) -> Iterator[tuple[int, int]]:
    at = 0
    for edit in edits:
        yield at, edit.start
        at = max(at, edit.stop)
    yield at, size


def _stream(content: HeldContent, edits: list[_Edit]) -> Iterator[bytes]:
    at = 0
    for edit in edits:
        yield from content.chunks(at, edit.start)
        yield edit.text
        if edit.encoding == BASE64:
            yield from _base64(content, edit)
        elif edit.encoding == QUOTED_PRINTABLE:
            yield from _quoted_printable(content, edit)
        at = edit.stop
    yield from content.chunks(at)


def _base64(content: HeldContent, edit: _Edit) -> Iterator[bytes]:
    for at in range(edit.start, edit.stop, _BASE64_STEP):
        piece = content.read(at, min(at + _BASE64_STEP, edit.stop))
        yield base64.encodebytes(piece).replace(b"\n", b"\r\n")


def _quoted_printable(content: HeldContent, edit: _Edit) -> Iterator[bytes]:
    """Whole lines at a time; a line longer than the window gets a soft break at its edge."""
    at = edit.start
    while at < edit.stop:
        piece = content.read(at, min(at + _LINE_WINDOW, edit.stop))
        cut = piece.rfind(b"\n") + 1
        last = at + len(piece) == edit.stop
        if not last:
            # Never between CR and LF.
            piece = piece[:cut] if cut else piece.removesuffix(b"\r")
        at += len(piece)
        encoded = binascii.b2a_qp(piece.replace(b"\r\n", b"\n"), istext=True)
        yield encoded.replace(b"\n", b"\r\n")
        if not last and not cut:
            yield b"=\r\n"
