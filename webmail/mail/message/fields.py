"""What we write into a message: header fields, flowed text, MIME headers. CRLF line ends."""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterable, Iterator
from email.header import Header
from email.utils import encode_rfc2231
from typing import BinaryIO

from lemonade_server.wire.control_characters import one_line as one_line

from .origin import Address
from .parts import Upload

WIDTH = 72  # columns of flowed text
LONGEST = 990  # octets of a line of HTML that goes as it is (RFC 5322 §2.1.1)
LINE = 57  # octets that make one base64 line of 76
_SPECIALS = re.compile(r'[()<>@,;:\\".\[\]]')
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*\Z")


def text_field(name: str, value: str) -> bytes:
    """An unstructured field such as Subject, encoded (RFC 2047) and folded."""
    clean = one_line(value)
    charset = "us-ascii" if clean.isascii() else "utf-8"
    coded = Header(clean, charset, header_name=name).encode(linesep="\r\n")
    return f"{name}: {coded}\r\n".encode("ascii")


def address_field(name: str, addresses: Iterable[Address]) -> bytes:
    """An address list, one address a line. b"" for none."""
    listed = [mailbox_text(address) for address in addresses]
    if not listed:
        return b""
    return f"{name}: {f',{CRLF} '.join(listed)}\r\n".encode("ascii")


CRLF = "\r\n"


def mailbox_text(address: Address) -> str:
    """``name <address>`` with the name quoted or encoded as it needs."""
    name = one_line(address.name)
    if not name:
        return address.address
    if not name.isascii():
        name = Header(name, "utf-8", maxlinelen=60).encode(linesep=CRLF)
    elif _SPECIALS.search(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address.address}>"


def ids_field(name: str, ids: str) -> bytes:
    """References or In-Reply-To: the message ids of ``ids``, the first and the last twenty."""
    found = re.findall(r"<[^<>\s]{1,250}>", ids)
    found = [x for x in found if x.isascii() and x.isprintable()]
    if len(found) > 21:
        found = found[:1] + found[-20:]
    return f"{name}: {f'{CRLF} '.join(found)}\r\n".encode("ascii") if found else b""


def parameter(name: str, value: str) -> str:
    """A MIME parameter on a line of its own; RFC 2231 in segments when it is long or not ASCII."""
    value = one_line(value)
    if value.isascii() and len(value) <= 60:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';{CRLF} {name}="{escaped}"'
    coded = encode_rfc2231(value, "utf-8")
    pieces = re.findall(r"(?:%[0-9A-F]{2}|[^%]){1,20}", coded)
    if len(pieces) == 1:
        return f";{CRLF} {name}*={coded}"
    return "".join(f";{CRLF} {name}*{i}*={piece}" for i, piece in enumerate(pieces))


def content_type(kind: str, filename: str) -> str:
    """A Content-Type value for a file; what base64 may not hold becomes octet-stream."""
    kind = kind.lower().split(";")[0].strip()
    if not _TYPE.match(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    return kind + (parameter("name", filename) if filename else "")


def file_header(kind: str, filename: str) -> bytes:
    """The MIME header of an uploaded file, blank line included."""
    lines = (
        f"Content-Type: {content_type(kind, filename)}\r\n"
        f"Content-Disposition: attachment{parameter('filename', filename)}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return lines.encode("ascii")


def picture_header(picture: Upload) -> bytes:
    """The MIME header of an uploaded picture that stands in the text, blank line included."""
    lines = (
        f"Content-Type: {content_type(picture.type, picture.name)}\r\n"
        f"Content-Disposition: inline{parameter('filename', picture.name)}\r\n"
        f"Content-ID: <{picture.content_id}>\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return lines.encode("ascii")


def text_part(text: str) -> tuple[bytes, bytes]:
    """MIME header fields (no blank line) and body of a text/plain; format=flowed part."""
    delsp = any(len(word) > 200 for word in text.split())
    lines = flow(text, delsp)
    kind = 'text/plain; charset="utf-8"; format=flowed' + ("; delsp=yes" if delsp else "")
    body = "\n".join(lines).encode("utf-8", "replace")
    return _coded_part(kind, body, body.isascii())


def html_part(html: str) -> tuple[bytes, bytes]:
    """MIME header fields (no blank line) and body of a text/html part."""
    body = html.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    is_bare = body.isascii() and all(len(line) <= LONGEST for line in body.split(b"\n"))
    return _coded_part('text/html; charset="utf-8"', body, is_bare)


def calendar_part(octets: bytes, method: str) -> tuple[bytes, bytes]:
    """MIME header fields (no blank line) and body of a calendar in UTF-8 (RFC 6047 §2.4)."""
    body = octets.replace(b"\r\n", b"\n")
    kind = f'text/calendar; charset="utf-8"; method={method}; component=VEVENT'
    return _coded_part(kind, body, body.isascii())


def _coded_part(kind: str, body: bytes, is_bare: bool) -> tuple[bytes, bytes]:
    """``is_bare``: it can go as it is."""
    if is_bare:
        coding, coded = "7bit", body
    elif sum(byte > 127 for byte in body) * 3 > len(body):
        coding, coded = "base64", base64.encodebytes(body.replace(b"\n", b"\r\n"))
    else:
        coding, coded = "quoted-printable", quopri.encodestring(body)
    header = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n"
    return header.encode("ascii"), coded.rstrip(b"\n").replace(b"\n", b"\r\n") + b"\r\n"


def flow(text: str, delsp: bool = False) -> list[str]:
    """Lines of format=flowed: long ones wrapped softly, quotes kept whole. RFC 3676 §4."""
    out: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n"):
        depth = _quote_depth(line)
        rest = line[depth:].removeprefix(" ") if depth else line
        if rest == "-- ":
            out.append(">" * depth + rest)
            continue
        mark = ">" * depth + (" " if depth else "")
        pieces = _wrap(rest.rstrip(" "), WIDTH - len(mark), delsp)
        out.extend(mark + (piece if depth else _stuff_line(piece)) for piece in pieces)
    return out


def _quote_depth(line: str) -> int:
    """How deeply a line is quoted; ``> > x`` counts as two only when written ``>> x``."""
    return len(line) - len(line.lstrip(">"))


def _stuff_line(line: str) -> str:
    return " " + line if line.startswith((" ", "From ", ">")) else line


def _wrap(line: str, width: int, delsp: bool) -> list[str]:
    """Break after spaces; with DelSp anywhere, for scripts without spaces."""
    width = max(width, 20)
    end = "  " if delsp else " "
    out: list[str] = []
    at = 0  # a line may be as long as the text: what is left of it is not copied each time
    while len(line) - at > width:
        cut = line.rfind(" ", at + 1, at + width + 1)
        if cut > at and line[at:cut].strip():
            out.append(line[at:cut] + end)
            at = cut + 1
            continue
        if delsp:
            out.append(line[at : at + width] + " ")
            at += width
            continue
        cut = line.find(" ", at + width)
        if cut < 0:
            break
        out.append(line[at:cut] + end)
        at = cut + 1
    out.append(line[at:])
    return out


def base64_size(size: int) -> int:
    """Octets of ``size`` octets as base64 in lines of 76, each with CRLF."""
    whole, rest = divmod(size, LINE)
    return whole * 78 + ((rest + 2) // 3 * 4 + 2 if rest else 0)


def base64_pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    """Exactly ``size`` octets of ``file`` as base64; one piece about 64 kB.

    A file that ends early is filled up with zeros: the announced literal must be kept.
    """
    left = size
    while left > 0:
        wanted = min(left, LINE * 840)
        data = file.read(wanted)
        data += bytes(wanted - len(data))
        left -= wanted
        yield b"".join(
            base64.b64encode(data[i : i + LINE]) + b"\r\n" for i in range(0, len(data), LINE)
        )
