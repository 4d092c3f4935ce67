"""How many connections one address and all addresses together may hold."""

from __future__ import annotations

import structlog

from lemonade_server.wire.network_addresses import household

from .shared_slots import SharedSlots

log = structlog.get_logger()


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
    """Counts connections: those of an address in all processes that share ``slots``, all together
    in this one. Loopback has no limit of its own: the webmail comes from there.
    """

    __slots__ = ("_by_address", "_of_all", "_per_address", "_slots", "_total", "count")

    def __init__(
        self, per_address: int = 100, total: int = USERS, slots: SharedSlots | None = None
    ) -> None:
        self._per_address = per_address
        self._total = total
        self._slots = slots
        self._by_address: dict[str, int] = {}
        self._of_all: dict[str, int] = {}
        self.count = 0

    def admit(self, address: str) -> bool:
        """Count a new connection; False when it is one too many (and not counted)."""
        key = household(address)
        held = self._by_address.get(key, 0)
        if self.count >= self._total:
            return False
        if not _is_loopback(key) and (held >= self._per_address or not self._take_slot(key)):
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
        self._give_back_slot(key, held)

    def _take_slot(self, key: str) -> bool:
        """Whether all processes together have room. Where that can't be known, this one counts."""
        if self._slots is None:
            return True
        own = self._of_all.get(key, 0)
        try:
            slot = self._slots.take(key, self._per_address, own)
        except OSError as error:
            log.error("connections of other processes can't be counted", problem=error.strerror)
            self._slots = None
            return True
        if slot is None:
            return False
        self._of_all[key] = own | 1 << slot
        return True

    def _give_back_slot(self, key: str, held: int) -> None:
        own = self._of_all.get(key, 0)
        if own.bit_count() <= held:
            return
        slot = own.bit_length() - 1
        if left := own ^ 1 << slot:
            self._of_all[key] = left
        else:
            del self._of_all[key]
        if self._slots is not None:
            self._slots.give_back(key, slot)
