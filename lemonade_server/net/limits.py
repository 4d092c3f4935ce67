"""How many connections one address and all addresses together may hold."""

from __future__ import annotations

import ipaddress


def _key(address: str) -> str:
    """What counts as one peer: an IPv4 address, or an IPv6 /64, which is one household."""
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


def _is_loopback(key: str) -> bool:
    return key == "::1" or key.startswith("127.")


class Limits:
    """Counts connections. Loopback has no limit of its own: the webmail comes from there."""

    __slots__ = ("_by_address", "_per_address", "_total", "count")

    def __init__(self, per_address: int = 100, total: int = 20_000) -> None:
        self._per_address = per_address
        self._total = total
        self._by_address: dict[str, int] = {}
        self.count = 0

    def admit(self, address: str) -> bool:
        """Count a new connection; False when it is one too many (and not counted)."""
        key = _key(address)
        held = self._by_address.get(key, 0)
        if self.count >= self._total or (held >= self._per_address and not _is_loopback(key)):
            return False
        self._by_address[key] = held + 1
        self.count += 1
        return True

    def release(self, address: str) -> None:
        """Count the end of an admitted connection."""
        key = _key(address)
        held = self._by_address[key] - 1
        if held:
            self._by_address[key] = held
        else:
            del self._by_address[key]
        self.count -= 1
