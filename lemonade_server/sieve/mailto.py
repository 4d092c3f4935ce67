"""The mailto URIs of notifications (RFC 6068, RFC 5436 §2). Raises ValueError."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from .address import is_addr_spec

MAX_RECIPIENTS = 5
LONGEST = 8192

IGNORED = frozenset(
    {"from", "auto-submitted", "received", "message-id", "date", "bcc", "sender", "return-path",
     "mime-version",
     "resent-from", "resent-to", "resent-sender", "resent-date", "resent-message-id"}
)  # fmt: skip
"""Fields that a URI may not decide (RFC 5436 §2.7, RFC 6068 §4)."""

_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_BETWEEN = re.compile(r"(?:\"[^\"]*+\"|[^,])++")


@dataclass(slots=True)
class Mailto:
    """Who is told, and what; ``fields`` are further header fields."""

    to: list[str] = field(default_factory=list)
    cc: list[str] = field(default_factory=list)
    subject: str | None = None
    body: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)


def parse(uri: str) -> Mailto:
    """Read a URI of the scheme ``mailto``; at least one address and at most some."""
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme.lower() != "mailto":
        raise ValueError("notifications go to mailto: URIs")
    if len(uri) > LONGEST:
        raise ValueError("the URI is too long")
    path, _, query = rest.partition("?")
    found = Mailto(_addresses(path))
    for pair in filter(None, query.partition("#")[0].split("&")):
        name, equals, value = pair.partition("=")
        if not equals or not _NAME.fullmatch(unquote(name)):
            raise ValueError("fields are written name=value")
        _take(found, unquote(name).lower(), value)
    if not 1 <= len(found.to) + len(found.cc) <= MAX_RECIPIENTS:
        raise ValueError(f"one to {MAX_RECIPIENTS} addresses are needed")
    return found


def _take(found: Mailto, name: str, value: str) -> None:
    match name:
        case "to":
            found.to += _addresses(value)
        case "cc":
            found.cc += _addresses(value)
        case "subject":
            found.subject = " ".join(unquote(value).split())
        case "body":
            found.body = unquote(value)
        case _ if name not in IGNORED and not name.startswith("content-"):
            found.fields.append((name, " ".join(unquote(value).split())))


def _addresses(text: str) -> list[str]:
    """Of a list whose commas may be encoded (RFC 2368 §2); a comma in quotes separates nothing."""
    found = [one.strip() for one in _BETWEEN.findall(unquote(text)) if one.strip()]
    for one in found:
        if not is_addr_spec(one):
            raise ValueError(f"{one[:100]!r} is not an e-mail address")
    return found
