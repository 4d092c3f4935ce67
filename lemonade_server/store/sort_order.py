"""The order of a search's result: the keys of SORT as ORDER BY (RFC 5256 §3).

What is compared was folded by i;unicode-casemap on arrival, so it is compared octet by octet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SENT = "COALESCE(c.sent, m.internaldate)"
"""The sent date in UTC; a message without one counts as sent when it arrived (RFC 5256 §2.2)."""

COLUMNS = {
    "ARRIVAL": "m.internaldate",
    "CC": 'c.sort_cc COLLATE "C"',
    "DATE": SENT,
    "FROM": 'c.sort_from COLLATE "C"',
    "MODSEQ": "m.modseq",
    "SIZE": "m.size",
    "SUBJECT": 'c.base_subject COLLATE "C"',
    "TO": 'c.sort_to COLLATE "C"',
    "UID": "m.uid",
}


@dataclass(slots=True)
class Key:
    """One criterion of SORT. ``reverse`` turns this key alone.

    ``entry`` is the annotation whose value counts, ``account`` whose it is, 0 for all (RFC 5257).
    """

    name: str
    reverse: bool = False
    entry: str = ""
    account: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """An ORDER BY: columns, each with whether it descends."""

    columns: tuple[tuple[str, bool], ...]

    @property
    def content(self) -> bool:
        """Whether it needs the table of contents."""
        return any("c." in column for column, _ in self.columns)

    def sql(self, *, backwards: bool = False) -> str:
        """As a statement has it; ``backwards`` it is the very opposite."""
        return ", ".join(
            [column + (" DESC" if down != backwards else "") for column, down in self.columns]
        )


BY_UID = Order((("m.uid", False),))


def order_by(keys: Sequence[Key]) -> Order:
    """The order of stored ``keys``. Equals stay in mailbox order, also under REVERSE."""
    return Order((*[(COLUMNS[key.name], key.reverse) for key in keys], ("m.uid", False)))
