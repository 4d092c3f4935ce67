"""Header fields that a message gets on its way in, and those it loses."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from lemonade_server.store.db import Tx
from lemonade_server.store.header_edits import without_fields
from lemonade_server.store.ids import ContentId
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.sql import contents as sql
from lemonade_server.wire import headers, resent_headers

PRIVATE = (b"Bcc", b"Resent-Bcc", b"Return-Path")
"""Removed on submission: blind copies (RFC 6409 §8.3, RFC 5322 §3.6.3), and a Return-Path, which
only the final delivery may write (RFC 5321 §4.4)."""

_UNSAFE = re.compile(r"[^!-~]+")


@dataclass(slots=True)
class Arrival:
    """How a message came in. ``protocol`` as of RFC 3848: ESMTP, ESMTPS, ESMTPA, ESMTPSA.

    ``priority`` is of RFC 6710.
    """

    host: str
    helo: str
    peer: str
    protocol: str
    when: int
    priority: int = 0


def without_private(message: PreparedMessage) -> PreparedMessage:
    """The message without the fields of PRIVATE; itself when it has none."""
    header = message.rendering.header
    if all(headers.value(header, name) is None for name in PRIVATE):
        return message
    return without_fields(message, PRIVATE)


def begins_with_header(block: bytes) -> bool:
    """Whether fields can be put in front of a message that begins so: otherwise its text, of which
    no header was made, would become part of them.
    """
    if not block or block.startswith((b"\r\n", b"\n", b"From ")):
        return True  # nothing, an empty header, or an mbox line, which readers pass over
    first = next(headers.each(block), None)
    return first is not None and first[2] == 0


def added_fields(header: bytes, arrival: Arrival) -> bytes:
    """The lines to put in front of a message: Received, and what it lacks (RFC 6409 §8)."""
    return received_field(arrival) + missing_fields(header, arrival)


def header_of(tx: Tx, content: ContentId) -> bytes:
    """The header block of a content. Raises LookupError when it is gone."""
    row = tx.row(sql.HEADER, (content,))
    if row is None:
        raise LookupError(f"content {content} is gone")
    return bytes(row[0])


def received_field(arrival: Arrival) -> bytes:
    """The Received field (RFC 5321 §4.4). It names no recipient: all share one message."""
    peer = f"IPv6:{arrival.peer}" if ":" in arrival.peer else arrival.peer
    priority = f" PRIORITY {arrival.priority}" if arrival.priority else ""
    lines = (
        f"Received: from {_word(arrival.helo)} ([{_word(peer)}])",
        f"\tby {_word(arrival.host)} with {arrival.protocol} id {secrets.token_hex(8)}{priority};",
        f"\t{date(arrival.when)}",
    )
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


def missing_fields(header: bytes, arrival: Arrival) -> bytes:
    """Date and Message-ID for a header that lacks them (RFC 6409 §8.2, §8.3)."""
    added = b""
    if headers.value(header, b"Date") is None:
        added += f"Date: {date(arrival.when)}\r\n".encode("ascii")
    if headers.value(header, b"Message-ID") is None:
        added += f"Message-ID: {message_id(arrival.host)}\r\n".encode("ascii")
    return added


def resent_fields(header: bytes, arrival: Arrival) -> bytes:
    """What the set of Resent- fields of a message lacks that was sent on (RFC 5322 §3.6.6)."""
    fields = resent_headers.newest(header)
    added = b""
    if fields and b"resent-date" not in fields:
        added += f"Resent-Date: {date(arrival.when)}\r\n".encode("ascii")
    if fields and b"resent-message-id" not in fields:
        added += f"Resent-Message-ID: {message_id(arrival.host)}\r\n".encode("ascii")
    return added


def return_path(sender: str) -> bytes:
    """The field that final delivery puts in front (RFC 5321 §4.4)."""
    return f"Return-Path: <{sender}>\r\n".encode()


def delivered_to(address: str) -> bytes:
    """The field that names the address a message was delivered for, and shows loops."""
    return f"Delivered-To: {address}\r\n".encode()


@lru_cache(maxsize=16)
def date(when: int) -> str:
    """A time as RFC 5322 §3.3 writes it, in UTC."""
    return format_datetime(datetime.fromtimestamp(when, UTC))


def message_id(host: str) -> str:
    """A new identifier, with its angle brackets."""
    return f"<{secrets.token_urlsafe(18)}@{_word(host)}>"


def _word(text: str) -> str:
    """What a peer said of itself, made harmless for a header field."""
    return _UNSAFE.sub("", text)[:255] or "unknown"
