"""Authentication-Results: what was found, for readers and filters (RFC 8601)."""

from __future__ import annotations

import re

from lemonade_server.wire import headers
from lemonade_server.wire.authentication_results import authority as authority

from .authentication import Findings

NAME = b"Authentication-Results"

_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]")


def field(host: str, found: Findings, sender: str, helo: str) -> bytes:
    """The field with its line end."""
    said = f"smtp.mailfrom={_safe(sender)}" if sender else f"smtp.helo={_safe(helo)}"
    results = [f"spf={found.spf} {said}"]
    results += [f"dkim={each.result} header.d={_safe(each.domain)}" for each in found.signatures]
    if not found.signatures:
        results.append("dkim=none")
    about = f" header.from={_safe(found.author)}" if found.author else ""
    results.append(f"dmarc={found.dmarc}{about}")
    return (";\r\n\t".join([f"Authentication-Results: {host}", *results]) + "\r\n").encode()


def is_forged(header: bytes, host: str) -> bool:
    """Whether the header holds a field that claims to be ours, which only we may write (§5)."""
    if NAME.lower() not in header.lower():
        return False
    values = headers.table(header).get(NAME.lower(), [])
    return any(claims(value, host) for value in values)


def claims(value: bytes, host: str) -> bool:
    """Whether a value claims to be of this host.

    So does one that can't be read: nobody knows what a reader makes of it.
    """
    return authority(headers.unfold(value)) in (None, host.lower())


def _safe(text: str) -> str:
    return _UNSAFE.sub("_", text)[:255] or "unknown"
