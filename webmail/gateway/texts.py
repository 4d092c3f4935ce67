"""Octets from the server as text for people."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lemonade_server.wire.text import decode_words

from .responses import Value
from .types import Address

LONGEST = 1_000  # characters of a subject, a name, or the name of a file


def plain(value: Value) -> str:
    """A string without any decoding of words: parameters, message ids, types."""
    if isinstance(value, int):
        return str(value)
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else ""


def decoded(value: Value) -> str:
    """A header value as text (RFC 2047), on one line and without control characters.

    Nobody reads a subject or a name of thousands of characters, but every page would carry it.
    """
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, bytes):
        return ""
    text = decode_words(value)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return cut(" ".join(text.split()), LONGEST)


def cut(text: str, most: int) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def addresses(value: Value) -> list[Address]:
    """An address list of an ENVELOPE; a group shows as its name and its members."""
    out: list[Address] = []
    for item in value if isinstance(value, list) else []:
        if not isinstance(item, list) or len(item) < 4:
            continue
        name, _, local, host = item[:4]
        if local is None:
            continue  # the end of a group
        if host is None:
            out.append(Address(decoded(local), ""))
        else:
            out.append(Address(decoded(name), f"{decoded(local)}@{decoded(host)}"))
    return out


def sent_date(value: Value, received: datetime) -> datetime:
    """The Date field, if it is one and not in the far future; else ``received``. With a zone."""
    try:
        date = parsedate_to_datetime(plain(value))
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return received
    return date


def internal_date(value: Value) -> datetime:
    """INTERNALDATE; the epoch when the server sends nonsense."""
    try:
        return datetime.strptime(plain(value).strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
