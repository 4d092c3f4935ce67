"""``:user`` and ``:detail`` of ``user+detail@domain`` (RFC 5233)."""

from __future__ import annotations

from ..mail import Address
from ..registry import extension

SUBADDRESS = extension("subaddress", rfc=5233)
SEPARATOR = "+"


def user(address: Address) -> str:
    """What stands before the separator; all when there is none."""
    return address.local.partition(SEPARATOR)[0]


def detail(address: Address) -> str | None:
    """What stands behind it; None without a separator, which no key fits (§4)."""
    _, separator, found = address.local.partition(SEPARATOR)
    return found if separator else None
