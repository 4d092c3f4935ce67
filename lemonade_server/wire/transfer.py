"""Transfer encodings taken off piece by piece (RFC 2045 §6): for parts too large to hold.

Any cut of the encoded octets gives what ``text.transfer_decode`` gives of the whole.
"""

from __future__ import annotations

import binascii
from typing import Protocol

from .text import base64, digits_of, transfer_decode

IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
KNOWN = IDENTITY | {"base64", "quoted-printable"}
LONGEST_LINE = 65_536  # of quoted-printable that is waited for


class Decoder(Protocol):
    """``feed`` gives what is certain so far, ``finish`` the rest."""

    def feed(self, data: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


def decoder(encoding: str) -> Decoder:
    """A decoder for one of ``KNOWN``."""
    if encoding == "base64":
        return _Base64()
    if encoding == "quoted-printable":
        return _QuotedPrintable()
    return _Identity()


class _Identity:
    def feed(self, data: bytes) -> bytes:
        return data

    def finish(self) -> bytes:
        return b""


class _Base64:
    """Four digits at a time; padding ends a group, and what follows begins a new one."""

    def __init__(self) -> None:
        self._digits = b""

    def feed(self, data: bytes) -> bytes:
        *ended, open_group = (self._digits + digits_of(data)).split(b"=")
        whole = len(open_group) // 4 * 4
        self._digits = open_group[whole:]
        done = [base64(group) for group in ended]
        return b"".join([*done, binascii.a2b_base64(open_group[:whole])])

    def finish(self) -> bytes:
        rest, self._digits = base64(self._digits), b""
        return rest


class _QuotedPrintable:
    """Whole lines at a time; a line too long for that is cut where no escape is cut."""

    def __init__(self) -> None:
        self._line = b""

    def feed(self, data: bytes) -> bytes:
        data = self._line + data
        cut = data.rfind(b"\n") + 1
        if len(data) - cut > LONGEST_LINE:
            cut = len(data) - 8
            escape = data.rfind(b"=", cut - 3, cut)
            cut = cut if escape < 0 else escape
        self._line = data[cut:]
        return transfer_decode(data[:cut], "quoted-printable")

    def finish(self) -> bytes:
        rest, self._line = transfer_decode(self._line, "quoted-printable"), b""
        return rest
