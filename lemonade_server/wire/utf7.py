"""Mailbox names on the wire: modified UTF-7 (RFC 3501 §5.1.3), and what INBOX means.

Decoding is strict. Of the many encodings of one name exactly one is accepted, so two clients can't
see one mailbox under two names, nor two mailboxes under one (spec B-26).
"""

from __future__ import annotations

import binascii
import re
import unicodedata

DELIMITER = "/"

_DIRECT = re.compile(rb"[\x20-\x25\x27-\x7e]*")
_ENCODED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_RUN = re.compile(r"[\x20-\x7e]+|[^\x20-\x7e]+")


def encode(name: str) -> bytes:
    """The name in modified UTF-7. A lone surrogate can't be written: UnicodeEncodeError."""
    if name.isascii() and name.isprintable() and "&" not in name:
        return name.encode("ascii")
    parts: list[bytes] = []
    for run in _RUN.findall(name):
        if run.isascii() and run.isprintable():
            parts.append(run.replace("&", "&-").encode("ascii"))
        else:
            base64 = binascii.b2a_base64(run.encode("utf-16-be"), newline=False)
            parts.append(b"&%b-" % base64.rstrip(b"=").replace(b"/", b","))
    return b"".join(parts)


def decode(wire: bytes) -> str:
    """The name that `encode` would write as `wire`. Raises ValueError for any other octets."""
    direct = _DIRECT.match(wire)
    if direct is not None and direct.end() == len(wire):
        return wire.decode("ascii")
    parts: list[str] = []
    pos = 0
    while pos < len(wire):
        if wire[pos] == 0x26:
            encoded = _ENCODED.match(wire, pos)
            if encoded is None:
                raise ValueError("a shift with & is not closed by -")
            parts.append(_decode_run(encoded[1]))
            pos = encoded.end()
        else:
            direct = _DIRECT.match(wire, pos)
            if direct is None or direct.end() == pos:
                raise ValueError("8-bit or control characters in modified UTF-7")
            parts.append(direct[0].decode("ascii"))
            pos = direct.end()
    name = "".join(parts)
    if encode(name) != wire:
        raise ValueError("needless or unusual encoding in modified UTF-7")
    return name


def _decode_run(base64: bytes) -> str:
    if not base64:
        return "&"
    padding = b"=" * (-len(base64) % 4)
    try:
        octets = binascii.a2b_base64(base64.replace(b",", b"/") + padding, strict_mode=True)
    except binascii.Error as error:
        raise ValueError("broken base64 in modified UTF-7") from error
    return octets.decode("utf-16-be")


def canonical(name: str) -> str:
    """The one spelling of a name: INBOX folded, characters composed (RFC 9051 §5.1: NFC)."""
    return fold_inbox(name if name.isascii() else unicodedata.normalize("NFC", name))


def fold_inbox(name: str) -> str:
    """`inbox` in any case is INBOX, alone or as the first level; the rest keeps its case."""
    if name[:5].upper() == "INBOX" and name[5:6] in ("", DELIMITER):
        return "INBOX" + name[5:]
    return name
