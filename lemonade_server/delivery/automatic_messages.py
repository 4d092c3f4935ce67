"""Short messages that the server writes for somebody: answers, notifications, error reports.

Addresses and texts come from strangers, so nothing here can fail on them.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Sequence
from email.header import Header
from email.utils import formataddr

from django.conf import settings

from . import trace

SOURCE = "letter"
_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")
LONGEST = 900  # characters of a field
LONGEST_LINE = 998  # octets (RFC 5322 §2.1.1)

ADDRESSES = ("From", "To", "Cc")
"""Fields that are written as they are: names in them are encoded already."""


def line(text: str) -> str:
    """A text that fits into a header field: one line, without control characters."""
    return _BREAKS.sub(" ", text).strip()[:LONGEST]


def mailbox(name: str, address: str) -> str:
    """A display name and an address, as From has them. Only the address may be in UTF-8."""
    if not name:
        return address
    name = line(name)
    return formataddr((name, address)) if address.isascii() else f"<{address}>"


def compose(when: int, fields: Sequence[tuple[str, str]], body: str) -> bytes:
    """A plain text message with Date and Message-ID. Empty fields are left out."""
    octets = _lines(body if body.endswith("\n") else f"{body}\n").encode()
    encoding = "7bit" if octets.isascii() else "8bit"
    if any(len(one) > LONGEST_LINE for one in octets.split(b"\r\n")):
        encoding, octets = "quoted-printable", _quoted_printable(octets)
    mime = (
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return _header(when, fields) + mime.encode() + octets


def compose_entity(when: int, fields: Sequence[tuple[str, str]], entity: str) -> bytes:
    """The same around a MIME entity that has its own Content- fields (RFC 5230 §4.4)."""
    head, _, body = _lines(entity).lstrip("\r\n").partition("\r\n\r\n")
    unfolded = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    own = [one for one in unfolded if one.lower().startswith("content-") and ":" in one]
    mime = "".join(f"{line(one)}\r\n" for one in own)
    return _header(when, fields) + f"{mime}\r\n{body}".encode()


def _header(when: int, fields: Sequence[tuple[str, str]]) -> bytes:
    complete = [
        *fields,
        ("Date", trace.date(when)),
        ("Message-ID", trace.message_id(settings.LEMONADE.hostname)),
        ("MIME-Version", "1.0"),
    ]
    return "".join(f"{name}: {_value(name, line(value))}\r\n" for name, value in complete if value
                   ).encode()  # fmt: skip


def _value(name: str, value: str) -> str:
    if value.isascii() or name in ADDRESSES:
        return value
    return Header(value, "utf-8", header_name=name).encode(linesep="\r\n")


def _lines(text: str) -> str:
    """The text with CRLF line ends and without NUL."""
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", "\r\n")


def _quoted_printable(octets: bytes) -> bytes:
    encoded = quopri.encodestring(octets.replace(b"\r\n", b"\n"))
    return encoded.replace(b"\n", b"\r\n")
