"""Authentication-Results: what was found, for readers and filters (RFC 8601)."""

from __future__ import annotations

import re

from lemonade_server.wire import headers

from .authentication import Findings

NAME = b"Authentication-Results"
LONGEST = 4_096
"""Octets in which a field must have said whose it is."""

_BLANKS = " \t\r\n"
_AUTHORITY = re.compile(r'"((?:\\.|[^"\\])*)"|([^\s()<>@,;:\\"/\[\]?=]+)', re.DOTALL)
"""A quoted string or a token (RFC 2045 §5.1)."""

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


def authority(value: bytes) -> str | None:
    """The authserv-id at the beginning of a value in lower case, None when there is none (§2.2)."""
    text = value[:LONGEST].decode("utf-8", "replace")
    at = _skip_comments(text, 0)
    found = None if at is None else _AUTHORITY.match(text, at)
    if found is None:
        return None
    quoted, plain = found.groups()
    return (re.sub(r"\\(.)", r"\1", quoted) if plain is None else plain).lower()


def _skip_comments(text: str, at: int) -> int | None:
    """Where blanks and comments end, which hold others and quoted pairs (RFC 5322 §3.2.2).

    None when a comment does not end.
    """
    depth = 0
    while at < len(text):
        if text[at] == "(":
            depth += 1
        elif depth and text[at] == ")":
            depth -= 1
        elif depth and text[at] == "\\":
            at += 1
        elif not depth and text[at] not in _BLANKS:
            break
        at += 1
    return None if depth else at


def _safe(text: str) -> str:
    return _UNSAFE.sub("_", text)[:255] or "unknown"
