"""Octets from the server as text for people."""

from __future__ import annotations

from datetime import UTC, datetime

from lemonade_server.wire import thread_keys
from lemonade_server.wire.control_characters import one_line
from lemonade_server.wire.text import decode_words, guess

from .origin import Address
from .responses import Value

# How servers write that there is no host: we, Dovecot, Cyrus, Panda.
NO_HOSTS = (b"", b"MISSING_DOMAIN", b"unspecified-domain", b".MISSING-HOST-NAME.")
LONGEST = 1_000  # characters of a subject, a name, or the name of a file


def plain(value: Value) -> str:
    """A string without any decoding of words: parameters, message ids, types."""
    if isinstance(value, int):
        return str(value)
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else ""


def header_text(value: Value) -> str:
    """A header value as text (RFC 2047), on one line and without control characters.

    Nobody reads a subject or a name of thousands of characters, but every page would carry it.
    """
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, bytes):
        return ""
    return cut(one_line(decode_words(value)), LONGEST)


def literal(octets: bytes) -> str:
    """An address as text: nothing in it is encoded (RFC 2047 §5), and nothing of it is hidden."""
    shown = "".join(c if c.isprintable() else "\ufffd" for c in guess(octets))
    return cut(shown, LONGEST)


def _octets(value: Value) -> bytes:
    if isinstance(value, int):
        return b"%d" % value
    return value if isinstance(value, bytes) else b""


def cut(text: str, most: int) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def addresses(value: Value) -> list[Address]:
    """An address list of an ENVELOPE; a group shows as its name and its members.

    What is no whole address, as ``root (Cron Daemon)``, is a local part without host.
    """
    out: list[Address] = []
    for item in value if isinstance(value, list) else []:
        if not isinstance(item, list) or len(item) < 4:
            continue
        name, _, local, host = item[:4]
        if local is None:
            continue  # the end of a group
        if host is None:
            out.append(Address(header_text(local), ""))
        else:
            at = b"" if host in NO_HOSTS else b"@" + _octets(host)
            out.append(Address(header_text(name), literal(_octets(local) + at)))
    return out


def sent_date(value: Value, received: datetime) -> datetime:
    """The Date field, if it names a day that every zone has; else ``received``. With a zone."""
    try:
        date = thread_keys.sent_date(value) if isinstance(value, bytes) else None
        if date is not None:
            date.astimezone(UTC)
    except OverflowError:
        return received
    return date or received


def internal_date(value: Value) -> datetime:
    """INTERNALDATE; the epoch when the server sends nonsense."""
    try:
        return datetime.strptime(plain(value).strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
