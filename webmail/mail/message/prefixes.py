"""Words of ours in front of a text that stays on the server, in its own charset and encoding.

Both are one part then, and no octet of that text travels: the server joins them (RFC 4469).
"""

from __future__ import annotations

import base64
import quopri
import re

from lemonade_server.wire.encoding_names import canonical_name

from .fields import LINE, LONGEST, flow, parameter
from .parts import MessagePart

_WIDE = ("utf-16", "utf-32", "ucs", "utf-7", "iso-2022", "hz")  # whose octets are no ASCII
_TAG = re.compile(r"(<[^<>]*)>")
_ENCODINGS = ("7bit", "8bit", "quoted-printable", "base64")

Prefix = tuple[bytes, bytes]
"""MIME header fields (no blank line), and the octets that stand before those of the part."""


def html_before(html: str, part: MessagePart) -> Prefix | None:
    """HTML (clean) before a part with HTML; None where they can't be one part."""
    if not _is_plain_charset(part.charset):
        return None
    words = html.encode("ascii", "xmlcharrefreplace").decode("ascii")
    octets = _octets_of(_short_lines(words) + "\n", part.encoding)
    if octets is None:
        return None
    return _header("text/html", part), octets


def text_before(text: str, part: MessagePart) -> Prefix | None:
    """A plain text before another one; None where they can't be one part."""
    charset = part.charset or "us-ascii"
    if not _is_plain_charset(charset) or part.delsp:
        return None
    lines = flow(text) if part.flowed else text.replace("\r\n", "\n").split("\n")
    words = "\n".join(lines) + "\n"
    if not words.isascii() and charset not in ("utf-8", "us-ascii"):
        return None
    is_long = any(len(line.encode()) > LONGEST for line in lines)
    encoding = canonical_name(part.encoding)
    must_code = encoding not in ("quoted-printable", "base64")
    if must_code and (is_long or not words.isascii()):
        return None
    if encoding == "base64" and part.flowed:
        return None  # it would be filled up with blanks, which mean something there
    octets = _octets_of(words, part.encoding)
    if octets is None:
        return None
    header = _header("text/plain", part)
    if not words.isascii():
        header = header.replace(b'charset="us-ascii"', b'charset="utf-8"')
    return header, octets


def _is_plain_charset(charset: str) -> bool:
    return not charset.lower().startswith(_WIDE)


def _header(kind: str, part: MessagePart) -> bytes:
    flowed = parameter("format", "flowed") if part.flowed else ""
    charset = parameter("charset", part.charset or "us-ascii")
    coding = canonical_name(part.encoding) or "7bit"
    fields = f"Content-Type: {kind}{charset}{flowed}\r\nContent-Transfer-Encoding: {coding}\r\n"
    return fields.encode("ascii", "replace")


def _octets_of(words: str, encoding: str) -> bytes | None:
    name = canonical_name(encoding) or "7bit"
    if name not in _ENCODINGS:
        return None
    octets = words.encode("utf-8")
    if name == "quoted-printable":
        octets = quopri.encodestring(octets)
    elif name == "base64":  # whole lines, so that what follows begins anew
        octets = octets[:-1] + b" " * (-len(octets) % LINE) + b"\n"
        lines = (octets[at : at + LINE] for at in range(0, len(octets), LINE))
        return b"".join(base64.b64encode(line) + b"\r\n" for line in lines)
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _short_lines(html: str) -> str:
    """HTML in lines that may go as they are: broken inside of tags, where nobody sees it."""
    out: list[str] = []
    length = 0
    for at, piece in enumerate(_TAG.split(html)):
        is_tag = at % 2 == 1
        written = f"{piece}\n>" if is_tag and length > LONGEST // 2 else piece + ">" * is_tag
        for line in written.splitlines(keepends=True):
            length = 0 if line.endswith("\n") else length + len(line)
            if length > LONGEST and not is_tag:
                line = line.replace(" ", "\n")
                length = 0
            out.append(line)
    return "".join(out)
