"""The name servers that every look-up of ours asks: those of the machine, or LEMONADE_DNS."""

from __future__ import annotations

import re
from functools import lru_cache

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


@lru_cache(maxsize=4)
def _configured(server: str) -> dns.resolver.Resolver:
    if not server:
        return dns.resolver.Resolver()
    found = dns.resolver.Resolver(configure=False)
    host, found.port = name_server(server)
    found.nameservers = [host]
    return found


def resolver() -> dns.resolver.Resolver:
    """The resolver of the settings; it may be used by several threads at once."""
    return _configured(settings.LEMONADE.dns)
