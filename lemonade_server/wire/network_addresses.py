"""Who is meant by a network address."""

from __future__ import annotations

import ipaddress
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


def household(address: str) -> str:
    """What counts as one peer: an IPv4 address, or an IPv6 /64, of which each of us has one."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        if not parsed.is_loopback:
            return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def networks(text: str) -> tuple[Network, ...]:
    """Networks or addresses with blanks or commas between them. Raises ValueError."""
    words = text.replace(",", " ").split()
    return tuple(ipaddress.ip_network(word, strict=False) for word in words)


def is_within(address: str, found: tuple[Network, ...]) -> bool:
    """Whether an address is in one of the networks."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in found)
