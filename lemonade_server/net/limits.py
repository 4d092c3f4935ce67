"""How many connections one address and all addresses together may hold."""

from __future__ import annotations

from lemonade_server.wire.network_addresses import household


def _is_loopback(key: str) -> bool:
    return key == "::1" or key.startswith("127.")


USERS = 20_000
STRANGERS = 2_000
"""Connections of one process at most, however many files it may open."""
FEWEST_FILES = 160
"""Open files without which a process is of no use."""


def connections(files: int) -> int:
    """How many connections a process holds that may have so many open files.

    A quarter is kept for what sessions open: messages that come in, blobs, the database.
    """
    return files - max(FEWEST_FILES - 32, files // 4)


def shares(files: int) -> tuple[int, int]:
    """Of these the connections of users, and those of strangers, who can't take the others'."""
    total = connections(files)
    strangers = min(STRANGERS, total // 4)
    return min(USERS, total - strangers), strangers


class Limits:
    """Counts connections. Loopback has no limit of its own: the webmail comes from there."""

    __slots__ = ("_by_address", "_per_address", "_total", "count")

    def __init__(self, per_address: int = 100, total: int = USERS) -> None:
        self._per_address = per_address
        self._total = total
        self._by_address: dict[str, int] = {}
        self.count = 0

    def admit(self, address: str) -> bool:
        """Count a new connection; False when it is one too many (and not counted)."""
        key = household(address)
        held = self._by_address.get(key, 0)
        if self.count >= self._total or (held >= self._per_address and not _is_loopback(key)):
            return False
        self._by_address[key] = held + 1
        self.count += 1
        return True

    def release(self, address: str) -> None:
        """Count the end of an admitted connection."""
        key = household(address)
        held = self._by_address[key] - 1
        if held:
            self._by_address[key] = held
        else:
            del self._by_address[key]
        self.count -= 1
