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
    """An ORDER BY; ``content`` says that it needs the table of contents."""

    sql: str
    content: bool = False


BY_UID = Order("m.uid")


def order_by(keys: Sequence[Key]) -> Order:
    """The order of stored ``keys``. Equals stay in mailbox order, also under REVERSE."""
    columns = [COLUMNS[key.name] + (" DESC" if key.reverse else "") for key in keys]
    return Order(", ".join([*columns, "m.uid"]), any("c." in column for column in columns))
