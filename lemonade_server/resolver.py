"""The name servers that every look-up of ours asks: those of the machine, or LEMONADE_DNS."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import dns.flags
import dns.inet
import dns.resolver
from django.conf import settings

DNS_PORT = 53

_SERVER = re.compile(
    r"(?:\[(?P<v6>[^]]+)\]|(?P<host>[^:\[]+|[^\[]*:[^\[]*:[^\[]*?))(?::(?P<port>\d+))?"
)


def name_server(text: str) -> tuple[str, int]:
    """``host``, ``host:port`` or ``[IPv6]:port`` as address and port. Raises ValueError."""
    found = _SERVER.fullmatch(text)
    host = found["v6"] or found["host"] if found else ""
    port = int(found["port"] or DNS_PORT) if found else 0
    if not dns.inet.is_address(host) or not 0 < port < 65_536:
        raise ValueError("the address of a name server is needed, as 127.0.0.1:53")
    return host, port


def is_near(server: str) -> bool:
    """Whether a name server of the settings is on this machine; not when none is named."""
    return bool(server) and ipaddress.ip_address(name_server(server)[0]).is_loopback


@lru_cache(maxsize=4)
def _configured(server: str, authentic: bool) -> dns.resolver.Resolver:
    found = dns.resolver.Resolver(configure=not server)
    if server:
        host, found.port = name_server(server)
        found.nameservers = [host]
    if authentic:
        # Asks to be told whether the answers were checked (RFC 6840 §5.7).
        found.set_flags(dns.flags.RD | dns.flags.AD)
    return found


def resolver() -> dns.resolver.Resolver:
    """The resolver of the settings; it may be used by several threads at once."""
    return _configured(settings.LEMONADE.dns, settings.LEMONADE.dane)


def is_authentic(answer: dns.resolver.Answer) -> bool:
    """Whether the name server has checked the signatures of all that it says, aliases and denials
    included (RFC 4035 §3.2.3). Its word counts only where the settings trust it.
    """
    return settings.LEMONADE.dane and bool(answer.response.flags & dns.flags.AD)
