"""The URL of a server that takes our mail: ``smtp://`` or ``smtps://``."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_PORTS = {"smtp": 25, "smtps": 465}
FORM = (
    "LEMONADE_RELAY_URL: smtp://[user:password@]host[:port] is needed; "
    "in user and password, / is written %2F, @ %40 and : %3A"
)


@dataclass(frozen=True, slots=True)
class RelayUrl:
    """``login`` empty: none is needed. ``implicit_tls``: TLS from the start."""

    host: str
    port: int
    login: str = ""
    password: str = field(default="", repr=False)
    implicit_tls: bool = False


def parse_relay_url(url: str) -> RelayUrl:
    """``smtp://[user:password@]host[:port]``, or ``smtps://`` for TLS from the start.

    Raises ValueError, whose text holds nothing of the password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(FORM) from None
    if parts.scheme not in _PORTS or not host:
        raise ValueError(FORM)
    return RelayUrl(
        host=host,
        port=port or _PORTS[parts.scheme],
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=parts.scheme == "smtps",
    )
