"""Who is meant by a network address."""

from __future__ import annotations

import ipaddress


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
