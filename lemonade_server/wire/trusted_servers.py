"""The IMAP servers elsewhere that BURL may fetch from: LEMONADE_BURL_SERVERS (RFC 4468 §3).

    LEMONADE_BURL_SERVERS = imap.example.org submit secret; imaps://mail.example.net:993 us password

For each a host with or without port, a name and a password, by which that server knows us as a
submission service. ``imaps://`` is TLS from the start, otherwise STARTTLS is needed; only
``imap+plain://`` goes without, for a server of this machine or of a network that nobody hears.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from .imapurl import ImapUrl

PORTS = {"imap": 143, "imaps": 993, "imap+plain": 143}
FORM = (
    "LEMONADE_BURL_SERVERS: [imap:// or imaps://]host[:port] name password is needed, "
    "several of them with ; between"
)


@dataclass(frozen=True, slots=True)
class TrustedServer:
    """A server and our login there. ``tls``: imap is STARTTLS, imaps TLS from the start."""

    host: str
    port: int
    scheme: str
    login: str
    password: str = field(repr=False)

    def serves(self, url: ImapUrl) -> bool:
        """Whether a URL names this server. One without port means any: it can't say TLS."""
        named = (url.host or "").lower().rstrip(".") == self.host
        return named and url.port in (None, self.port, *(PORTS["imap"], PORTS["imaps"]))


@lru_cache(maxsize=4)
def trusted_servers(text: str) -> tuple[TrustedServer, ...]:
    """Read the setting. Raises ValueError, whose text holds nothing of a password."""
    return tuple(_one(entry) for entry in text.replace("\n", ";").split(";") if entry.strip())


def _one(entry: str) -> TrustedServer:
    words = entry.split()
    if len(words) != 3:
        raise ValueError(FORM)
    place, login, password = words
    try:
        parts = urlsplit(place if "://" in place else f"imap://{place}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(FORM) from None
    if not host or parts.scheme not in PORTS or parts.path or parts.username:
        raise ValueError(FORM)
    return TrustedServer(
        host.rstrip("."), port or PORTS[parts.scheme], parts.scheme, login, password
    )
