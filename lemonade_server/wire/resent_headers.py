"""Who sent a stored message on as it is: its Resent- fields (RFC 5322 §3.6.6)."""

from __future__ import annotations

import re

from . import addresses, headers
from .addresses import Address

_ANY = re.compile(rb"(?mi)^resent-from[ \t]*:")
_TRACE = (b"received", b"return-path")


def newest(header: bytes) -> dict[bytes, list[bytes]]:
    """The fields of the last resending, by lower-case name, unfolded; empty when there was none.

    Each set is put in front of the older ones, and each server it passed puts its Received before
    that. A set must have Resent-From; what has none names nobody.
    """
    found: dict[bytes, list[bytes]] = {}
    if _ANY.search(header) is None:
        return found
    for name, raw, _, _ in headers.each(header):
        field = name.lower()
        if field in _TRACE or field in found:
            if b"resent-from" in found:
                return found
            found = {}
        if field.startswith(b"resent-"):
            found[field] = [headers.unfold(raw)]
    return found if b"resent-from" in found else {}


def resenders(header: bytes) -> list[Address]:
    """Who sent the message on last: the mailboxes of the newest Resent-From, the topmost one.

    Empty when it was not sent on, or by nobody who is named. All other fields but Resent-From may
    have been left out of the header.
    """
    return addresses.mailboxes(newest(header).get(b"resent-from", ()))
