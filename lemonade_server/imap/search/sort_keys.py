"""Sort keys that take arguments, by name; the others are columns that the store knows."""

from __future__ import annotations

from collections.abc import Callable

from lemonade_server.store.ids import AccountId
from lemonade_server.store.sort_order import Key
from lemonade_server.wire.cursor import Cursor

SortKey = Callable[[Cursor, bool, AccountId], Key]
SORT_KEYS: dict[str, SortKey] = {}


def sort_key(name: str) -> Callable[[SortKey], SortKey]:
    """Register a key: called with the cursor behind its name, whether REVERSE stood before it, and
    whose private annotations count.
    """

    def register(function: SortKey) -> SortKey:
        SORT_KEYS[name] = function
        return function

    return register
