"""Authentication-Results: what was found, for readers and filters (RFC 8601)."""

from __future__ import annotations

import re

from lemonade_server.wire import headers

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


def forged(header: bytes, host: str) -> bool:
    """Whether the header holds a field that claims to be ours, which only we may write (§5)."""
    values = headers.table(header).get(NAME.lower(), [])
    return any(_authority(value) == host.lower() for value in values)


def _authority(value: bytes) -> str:
    """The authserv-id at the beginning of a value, comments left out (§2.2)."""
    text = re.sub(rb"\([^()]*\)", b" ", value).decode("utf-8", "replace")
    return text.partition(";")[0].split()[0].strip('"').lower() if text.split() else ""


def _safe(text: str) -> str:
    return _UNSAFE.sub("_", text)[:255] or "unknown"
