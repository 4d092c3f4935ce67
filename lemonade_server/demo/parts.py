"""Writing MIME bodies (RFC 2045, 2046, 2231): each function gives a part with its header."""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
import textwrap
from email.header import Header
from urllib.parse import quote

CRLF = b"\r\n"
WIDTH = 72
_LINE_END = re.compile(rb"\r?\n")


def _part(fields: list[str], body: bytes) -> bytes:
    return "\r\n".join(fields).encode("ascii") + CRLF + CRLF + body


def _lines(text: bytes) -> bytes:
    return _LINE_END.sub(CRLF, text)


def encode(octets: bytes) -> bytes:
    """Base64 in lines of 76 characters."""
    return base64.encodebytes(octets).replace(b"\n", CRLF)


def text(words: str, *, subtype: str = "plain", charset: str = "utf-8", way: str = "") -> bytes:
    """A text part. ``way`` is its transfer encoding; what is plain ASCII goes as it is."""
    octets = words.encode(charset)
    if not way:
        way = "7bit" if octets.isascii() and len(max(words.splitlines(), key=len)) < 998 else "8bit"
    kind = f"Content-Type: text/{subtype}; charset={charset}"
    if subtype == "plain" and way in ("7bit", "8bit") and charset == "utf-8":
        kind += "; format=flowed"
    if way == "base64":
        body = encode(_lines(octets))
    elif way == "quoted-printable":
        body = _lines(quopri.encodestring(octets))
    else:
        body = _lines(octets)
    return _part([kind, f"Content-Transfer-Encoding: {way}"], body)


def flow(paragraphs: str) -> str:
    """Paragraphs, one a line, broken into lines that a reader may join again (RFC 3676 §4.2)."""
    lines: list[str] = []
    for paragraph in paragraphs.splitlines():
        if paragraph == "-- " or paragraph.startswith(">"):
            lines.append(paragraph)
            continue
        wrapped = textwrap.wrap(paragraph, WIDTH, break_long_words=False) or [""]
        stuffed = [f" {line}" if line.startswith((" ", ">", "From ")) else line for line in wrapped]
        lines += [f"{line} " for line in stuffed[:-1]] + stuffed[-1:]
    return "\n".join(lines) + "\n"


def html(markup: str) -> bytes:
    """An HTML part, quoted-printable as most senders write it."""
    return text(markup, subtype="html", way="quoted-printable")


def _parameter(name: str, value: str) -> str:
    if value.isascii():
        return f'{name}="{value}"'
    return f"{name}*=utf-8''{quote(value, safe='')}"


def attachment(name: str, kind: str, octets: bytes, *, cid: str = "") -> bytes:
    """A file. With ``cid`` it is an inline picture that HTML names (RFC 2392)."""
    fields = [
        f"Content-Type: {kind};\r\n {_parameter('name', name)}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {'inline' if cid else 'attachment'};\r\n"
        f" {_parameter('filename', name)}",
    ]
    if cid:
        fields.append(f"Content-ID: <{cid}>")
    return _part(fields, encode(octets))


def message(octets: bytes) -> bytes:
    """Another message, whole (RFC 2046 §5.2.1)."""
    return _part(["Content-Type: message/rfc822", "Content-Disposition: inline"], octets)


def multipart(subtype: str, *members: bytes, extra: str = "") -> bytes:
    """Several parts. The boundary comes from the parts, so that the demo is always the same."""
    digest = hashlib.sha256()
    for member in members:
        digest.update(member[:4096])
    mark = f"=_{subtype}_{digest.hexdigest()[:20]}"
    line = f"--{mark}".encode("ascii")
    pieces: list[bytes] = []
    for member in members:
        pieces += (line, CRLF, member, CRLF)
    pieces += (line, b"--", CRLF)
    kind = f'Content-Type: multipart/{subtype};\r\n boundary="{mark}"'
    return _part([kind + (f"; {extra}" if extra else "")], b"".join(pieces))


def mixed_part(*members: bytes) -> bytes:
    """A text with attachments."""
    return multipart("mixed", *members)


def alternative(plain: str, rich: bytes) -> bytes:
    """The same in plain text and in a richer form (RFC 2046 §5.1.4)."""
    return multipart("alternative", text(plain), rich)


def related_part(root: bytes, *members: bytes) -> bytes:
    """HTML with its inline pictures (RFC 2387)."""
    return multipart("related", root, *members, extra='type="text/html"')


def words(value: str, name: str, charset: str = "utf-8") -> str:
    """A header value, encoded where it is not ASCII (RFC 2047) and folded."""
    if value.isascii():
        return fold(value, len(name) + 2)
    return Header(value, charset, header_name=name, maxlinelen=75).encode(linesep="\r\n")


def fold(value: str, used: int) -> str:
    """Break a header value at blanks so that lines stay under 78 characters."""
    lines: list[str] = []
    line = ""
    for word in value.split(" "):
        room = 77 - (used if not lines else 1)
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])
