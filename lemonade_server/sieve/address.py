"""Addresses that a script names for mail to go to or come from (RFC 5228 §2.4.2.3)."""

from __future__ import annotations

import re

from lemonade_server.wire import text

_SPEC = (
    r"(?:[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]{1,64}|\"[^\"\\\x00-\x1f\x7f]{0,62}\")"
    r"@(?:[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f]{1,255}|\[[A-Za-z0-9.:]{1,60}\])"
)
_ADDR_SPEC = re.compile(_SPEC)
_QUOTED = r"\"(?:[^\"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*+\""
_PHRASE = rf"(?:{_QUOTED}|[^\"(),:;<>@\[\\\]\x00-\x1f\x7f])*+"
_NAMED = re.compile(rf"(?P<phrase>{_PHRASE})<(?P<address>{_SPEC})>")
_ESCAPED = re.compile(r"\\(.)")
_QUOTES = re.compile(_QUOTED)
LONGEST = 2048  # characters


def is_addr_spec(value: str) -> bool:
    """Whether mail could be sent there, written without a display name."""
    return _ADDR_SPEC.fullmatch(value) is not None


def split(value: str) -> tuple[str, str]:
    """Display name (decoded, may be empty) and addr-spec of ``sieve-address``.

    Raises ValueError for anything else: a list, a group, a route.
    """
    value = value.strip()
    if is_addr_spec(value):
        return "", value
    found = _NAMED.fullmatch(value) if len(value) <= LONGEST else None
    if found is None:
        raise ValueError(f"{value[:100]!r} is not an e-mail address")
    name = _QUOTES.sub(lambda quoted: _ESCAPED.sub(r"\1", quoted[0][1:-1]), found["phrase"])
    decoded = text.decode_words(name.encode("utf-8", "replace"))
    return " ".join(decoded.split()), found["address"]


def addr_spec(value: str) -> str:
    """The address alone. Raises ValueError."""
    return split(value)[1]


def is_address(value: str) -> bool:
    """Whether a text is a ``sieve-address``."""
    try:
        split(value)
    except ValueError:
        return False
    return True
