"""Who sent a stored message on as it is: its Resent- fields (RFC 5322 §3.6.6)."""

from __future__ import annotations

import re

from . import headers

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
