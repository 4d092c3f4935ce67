"""The address of a name server, as the settings give it."""

from __future__ import annotations

import ipaddress
import re

DNS_PORT = 53

_SERVER = re.compile(
    r"(?:\[(?P<v6>[^]]+)\]|(?P<host>[^:\[]+|[^\[]*:[^\[]*:[^\[]*?))(?::(?P<port>\d+))?"
)


def name_server(text: str) -> tuple[str, int]:
    """``host``, ``host:port`` or ``[IPv6]:port`` as address and port. Raises ValueError."""
    found = _SERVER.fullmatch(text)
    host = found["v6"] or found["host"] if found else ""
    port = int(found["port"] or DNS_PORT) if found else 0
    if not _is_address(host) or not 0 < port < 65_536:
        raise ValueError("the address of a name server is needed, as 127.0.0.1:53")
    return host, port


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_near(server: str) -> bool:
    """Whether a name server of the settings is on this machine; not when none is named."""
    return bool(server) and ipaddress.ip_address(name_server(server)[0]).is_loopback
