"""In which order a list stands."""

from __future__ import annotations

from dataclasses import dataclass

KEYS = ("date", "from", "to", "subject", "size")


@dataclass(frozen=True, slots=True)
class Order:
    """By what a list is sorted. ``date`` is when a message came into the folder."""

    key: str = "date"
    descending: bool = True

    def __str__(self) -> str:
        """As addresses, forms and tables have it: ``-date``."""
        return f"-{self.key}" if self.descending else self.key

    @property
    def is_default(self) -> bool:
        """The newest first: such a list goes by UIDs, every other one by places."""
        return self == NEWEST_FIRST


NEWEST_FIRST = Order()


def read_order(text: str) -> Order | None:
    """The order that a text names; None for nonsense."""
    key = text.removeprefix("-")
    return Order(key, text != key) if key in KEYS else None
