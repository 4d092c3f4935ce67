"""The fields of one header block as tests ask for them: raw, as text, as addresses; each once."""

from __future__ import annotations

from collections.abc import Callable

from lemonade_server.wire import text

from .mail import Address, parse_addresses, table

MAX_FIELDS = 10_000
"""Fields of a name whose values a test looks at."""


class HeaderFields:
    """``spend`` counts the work that it takes, and raises Fault when there was too much."""

    def __init__(self, header: bytes, spend: Callable[[int], None]) -> None:
        self._header = header
        self._spend = spend
        self._table: dict[str, list[bytes]] | None = None
        self._values: dict[str, list[str]] = {}
        self._addresses: dict[str, list[list[Address]]] = {}

    def unfolded(self, name: str) -> list[bytes]:
        """The unfolded octets of all fields of a name; none of a name that no field can have."""
        if self._table is None:
            self._spend(1 + len(self._header) // 8)
            self._table = table(self._header)
        return self._table.get(name.lower(), []) if name.isascii() else []

    def values(self, name: str) -> list[str]:
        """Their text: decoded, without blanks around it (RFC 5228 §2.4.2.2)."""
        found = self._values.get(name)
        if found is None:
            octets = self.unfolded(name)[:MAX_FIELDS]
            self._spend(1 + sum(len(one) for one in octets) // 64)
            found = self._values[name] = [text.decode_words(one).strip() for one in octets]
        return found

    def addresses(self, name: str) -> list[list[Address]]:
        """The addresses of each field of a name."""
        found = self._addresses.get(name)
        if found is None:
            octets = self.unfolded(name)[:MAX_FIELDS]
            self._spend(1 + sum(len(one) for one in octets) // 16)
            found = self._addresses[name] = [parse_addresses(one) for one in octets]
        return found
