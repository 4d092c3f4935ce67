"""SORT inside one mailbox (RFC 5256), by display names too (RFC 5957).

Stored keys are compared by the database. Display names are not stored: they are read from the
header when they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lemonade_server.wire.display import display_name

from . import search as searching
from .ids import MailboxId, Uid
from .rows import rows
from .search_tree import Node
from .sort_order import Key, order_by
from .tx import Tx

CHUNK = 1_000
DISPLAY = {"DISPLAYFROM": b"from", "DISPLAYTO": b"to"}
STORED = {
    "ARRIVAL": "m.internaldate",
    "CC": "c.sort_cc",
    "DATE": "c.sent",
    "DISPLAYFROM": "c.header",
    "DISPLAYTO": "c.header",
    "FROM": "c.sort_from",
    "SIZE": "m.size",
    "SUBJECT": "c.base_subject",
    "TO": "c.sort_to",
}


def by_display(keys: Sequence[Key]) -> bool:
    """Whether headers have to be read to sort by ``keys``, which takes long."""
    return any(key.name in DISPLAY for key in keys)


def sort(
    tx: Tx, mailbox: MailboxId, node: Node, keys: Sequence[Key], view_uids: Sequence[int]
) -> list[Uid]:
    """UIDs of ``view_uids`` that ``node`` finds, sorted by ``keys``. Raises Gone, No LIMIT."""
    if not by_display(keys):
        return searching.search(tx, mailbox, node, view_uids, order_by(keys))
    found = searching.search(tx, mailbox, node, view_uids)
    columns = tuple(STORED[key.name] for key in keys)
    table: list[tuple[Any, ...]] = []
    for start in range(0, len(found), CHUNK):
        chunk = found[start : start + CHUNK]
        for row in rows(tx, mailbox, chunk, ("m.internaldate", *columns)):
            values = zip(keys, row[2:], strict=True)
            table.append((row[0], *(_value(key, value, row[1]) for key, value in values)))
    for place, key in reversed(list(enumerate(keys, 1))):
        table.sort(key=lambda row: row[place], reverse=key.reverse)
    return [row[0] for row in table]


def _value(key: Key, stored: Any, arrived: int) -> Any:
    """What is compared under ``key``."""
    if key.name in DISPLAY:
        return display_name(bytes(stored), DISPLAY[key.name])
    return arrived if stored is None else stored
