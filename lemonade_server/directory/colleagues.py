"""Who else of a domain has mail here, for somebody who types a name; an operator allows it."""

from __future__ import annotations

from lemonade_server.store.db import snapshot
from lemonade_server.store.sql import accounts as sql

from .accounts import USER_ROLE, find
from .addresses import domain_of

MOST = 20


def find_colleagues(email: str, letters: str, most: int) -> list[tuple[str, str]]:
    """Address and name of accounts of the same domain in whose name or address a word begins with
    ``letters``; not the asker. [] for nobody's ``email``, or for no letters.
    """
    start = letters.strip().lower().replace("\0", "")
    if not start:
        return []
    with snapshot() as tx:
        identity = find(tx, email)
        if identity is None:
            return []
        # SQLite knows the small letters of ASCII alone: others are found as names begin.
        words = [start, f" {start}", f" {start.capitalize()}"]
        own = [f"@{domain_of(identity.email)}", USER_ROLE, identity.id]
        rows = tx.rows(sql.COLLEAGUES, [*own, *words, min(most, MOST)])
        return [(str(address), str(name)) for address, name in rows]
