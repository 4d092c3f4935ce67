"""WITHIN: OLDER and YOUNGER than so many seconds (RFC 5032)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.search.program import Program, search_key
from lemonade_server.store.search_tree import Age, Node
from lemonade_server.wire.cursor import Cursor

WITHIN = capability(Capability(b"WITHIN", 5032, states.LOGGED_IN))


@search_key(b"OLDER")
def older(_: Program, cursor: Cursor) -> Node:
    """INTERNALDATE so many seconds ago or before, as the clock of the search has it."""
    return Age(cursor.sp().nz_number(), older=True)


@search_key(b"YOUNGER")
def younger(_: Program, cursor: Cursor) -> Node:
    """INTERNALDATE so many seconds ago or later."""
    return Age(cursor.sp().nz_number())
