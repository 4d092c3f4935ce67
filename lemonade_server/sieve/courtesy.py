"""Whom an automatic answer may go to: people who wrote to the owner (RFC 5230 §4.6, RFC 3834)."""

from __future__ import annotations

import re

from lemonade_server.wire import text

from .mail import parse_addresses, table

_MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|listserv|listproc|majordomo|mailman|bounce|bounces|noreply|"
    r"no-reply|do-not-reply|donotreply|root|owner-.*|.*-(?:request|owner|bounces?|relay|errors))"
)
_LISTS = (
    "list-id", "list-help", "list-subscribe", "list-unsubscribe", "list-post", "list-owner",
    "list-archive",
)  # fmt: skip
_ADDRESSED = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
MOST_ADDRESSES = 100

Table = dict[str, list[bytes]]


def is_automatic(fields: Table) -> bool:
    """Whether a program sent it (RFC 3834 §5)."""
    return any(
        text.guess(value).partition(";")[0].partition("(")[0].strip().lower() != "no"
        for value in fields.get("auto-submitted", [])
    )


def may_answer(sender: str, fields: Table) -> bool:
    """Whether the sender is somebody who expects an answer: no list, no bounce, no program."""
    local = sender.rpartition("@")[0].lower()
    if not local or _MACHINES.fullmatch(local) or is_automatic(fields):
        return False
    if any(name in fields for name in _LISTS):
        return False
    bulk = {value.strip().lower() for value in fields.get("precedence", [])}
    if bulk & {b"bulk", b"list", b"junk"}:
        return False
    suppressed = b",".join(fields.get("x-auto-response-suppress", [])).lower()
    return not {b"all", b"oof"} & {word.strip() for word in suppressed.split(b",")}


def addressees(header: bytes) -> list[str]:
    """Whom the message names as recipients, in lower case; the first ones, if they are many."""
    fields = table(header)
    found = [
        one.whole.lower()
        for name in _ADDRESSED
        for value in fields.get(name, [])
        for one in parse_addresses(value)
    ]
    return list(dict.fromkeys(found))[:MOST_ADDRESSES]
