"""Whether a message still bears a good signature of its author's domain (RFC 6376 §6).

Ours are checked with the keys that we keep, those of others with what their domains publish.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import dkim  # type: ignore[import-untyped]
import dns.exception

from lemonade_server.dns.resolver import resolver
from lemonade_server.models import DkimKey
from lemonade_server.wire import headers

MOST_SIGNATURES = 5
LARGEST = 64 * 1024 * 1024
"""Octets of a message that is checked: the library wants it whole."""

SECONDS = 15.0
"""For all look-ups of one message together."""


def is_signed_by(domain: str, header: bytes, size: int, read: Callable[[], bytes]) -> bool:
    """Whether one signature is good that covers the whole message and is made by ``domain``, or by
    one that it is a part of. ``read`` gives the message of ``size`` octets and is called only when
    it is signed. Blocks; never raises for what is in the message.
    """
    count = len(headers.table(header).get(b"dkim-signature", []))
    if not count or size > LARGEST:
        return False
    lookups = _Lookups()
    checker = dkim.DKIM(read())
    return any(_is_good(lookups, checker, at, domain) for at in range(min(count, MOST_SIGNATURES)))


def _is_good(lookups: _Lookups, checker: dkim.DKIM, at: int, domain: str) -> bool:
    checker.domain, checker.signature_fields = b"", {}
    try:
        if not checker.verify(idx=at, dnsfunc=lookups.record):
            return False
    except Exception:  # whatever a forged signature, or a name server, brings out of the library
        return False
    signer = (checker.domain or b"").decode("ascii", "replace").lower()
    # With l= anybody may have written what follows (RFC 6376 §8.2).
    return f".{domain}".endswith(f".{signer}") and b"l" not in checker.signature_fields


class _Lookups:
    """Records of keys, until a time."""

    def __init__(self) -> None:
        self._until = monotonic() + SECONDS

    def record(self, name: bytes, timeout: float = 0) -> bytes | None:
        """The record of that name, None when there is none. Raises DNSException."""
        wanted = name.decode("ascii").rstrip(".").lower()
        _, _, domain = wanted.partition("._domainkey.")
        for key in DkimKey.objects.filter(domain__name=domain).select_related("domain"):
            if key.record_name.lower() == wanted:
                return key.record.encode()
        left = self._until - monotonic()
        if left <= 0:
            raise dns.exception.Timeout
        found = next(iter(resolver().resolve(wanted, "TXT", lifetime=left)), None)
        return None if found is None else b"".join(found.strings)
