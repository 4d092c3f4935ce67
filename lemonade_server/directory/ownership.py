"""Which addresses are an account's own: what it may write from, and what is written to it."""

from __future__ import annotations

import re

from lemonade_server.store.db import Tx, snapshot
from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import accounts as sql_accounts
from lemonade_server.store.sql import directory as sql
from lemonade_server.wire import idn

from .accounts import find

MOST_ADDRESSES = 50
_DETAIL = re.compile(r'[^\x00-\x1f\x7f()<>\[\]:;@\\,"]*')
"""What may stand behind a ``+``: nothing that would make another address of it for some reader."""


def owns_address(tx: Tx, account: AccountId, address: str) -> bool:
    """Whether an account may send as ``address``: its e-mail, an alias that leads to it, either
    with a detail (``+``), and the same under another name of the domain, however that is written.
    """
    if "\0" in address:  # which PostgreSQL refuses even to look for
        return False
    email: str | None = tx.value(sql_accounts.EMAIL, [account])
    wanted = address.strip().lower()
    if email is None or wanted == email:
        return email is not None
    local, _, domain = wanted.rpartition("@")
    domains = idn.forms(domain)
    others = [tx.value(sql.DOMAIN_MEANT, [each]) for each in domains]
    plain, _, detail = local.partition("+")
    if not (_DETAIL.fullmatch(detail) and detail.replace(" ", "").isprintable()):
        plain = local
    names = [f"{each}@{place}" for place in (*domains, *others) if place for each in (local, plain)]
    for name in dict.fromkeys(names):
        if name == email:
            return True
        targets: str | None = tx.value(sql.ALIAS, [name])
        if targets is not None:
            return _leads_to(targets, email)
        if tx.row(sql.IS_ACCOUNT, [name]) is not None:
            return False
    return False


def _leads_to(targets: str, email: str) -> bool:
    """Whether an account is among the targets of an alias, be it with a detail."""
    for line in targets.splitlines():
        local, _, domain = line.strip().lower().rpartition("@")
        if email in (f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"):
            return True
    return False


def own_addresses(email: str) -> list[str]:
    """Those that somebody may choose to write from, the account's own first: aliases that lead to
    it, and all of these under the other names of their domains.

    As many addresses with a detail are theirs as they like: they are not listed. Nor is more than
    ``MOST_ADDRESSES``.
    """
    with snapshot() as tx:
        identity = find(tx, email)
        if identity is None:
            return []
        rows = tx.rows(sql.ALIASES_NAMING, [f"%{identity.email.partition('@')[0]}%"])
        known = [identity.email, *(name for name, to in rows if _leads_to(to, identity.email))]
        known = known[:MOST_ADDRESSES]
        names = tx.rows(sql.OTHER_NAMES)
        others = [
            f"{address.rpartition('@')[0]}@{other}"
            for address in known
            for other, of in names
            if of == address.rpartition("@")[2]
        ]
        found = [*known, *(one for one in others if owns_address(tx, identity.id, one))]
        return list(dict.fromkeys(found))[:MOST_ADDRESSES]
