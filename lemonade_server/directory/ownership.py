"""Which addresses are an account's own: what it may write from, and what is written to it.

Whoever gets the mail to an address may write as it, unless only because nobody has that address.
"""

from __future__ import annotations

import re

from lemonade_server.store.db import Tx, snapshot
from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import accounts as sql

from .accounts import find
from .addresses import domain_of, fold, in_domain
from .lookup import Lookup
from .resolution import find_holder, resolve_in

MOST_ADDRESSES = 50
_DETAIL = re.compile(r'[^\x00-\x1f\x7f()<>\[\]:;@\\,"]*')
"""What may stand behind a ``+``: nothing that would make another address of it for some reader."""


def owns_address(tx: Tx, account: AccountId, address: str) -> bool:
    """Whether an account may send as ``address``: its e-mail, also with a detail (``+``) or under
    another name of the domain, and whatever leads to it.
    """
    if "\0" in address:  # which PostgreSQL refuses even to look for
        return False
    email: str | None = tx.value(sql.EMAIL, [account])
    wanted = fold(address.strip())
    if email is None or wanted == email:
        return email is not None
    return _owns(Lookup(tx), account, email, wanted)


def _owns(lookup: Lookup, account: AccountId, email: str, address: str) -> bool:
    local, _, _ = address.rpartition("@")
    holder = find_holder(lookup, address)
    if not _is_plain(local.partition("+")[2]) and holder.rpartition("@")[0] != local:
        return False
    # The account's own address stays its own behind an alias that hides it.
    found = resolve_in(lookup, address, catch_alls=False)
    return bool(local) and (holder == email or account in found.accounts)


def _is_plain(detail: str) -> bool:
    return bool(_DETAIL.fullmatch(detail)) and detail.replace(" ", "").isprintable()


def own_addresses(email: str) -> list[str]:
    """Those that somebody may choose to write from, the account's own first: aliases that lead to
    it, and all of these under the other names of their domains.

    As many addresses with a detail are theirs as they like: they are not listed. Nor is what they
    get because nobody has it, nor more than ``MOST_ADDRESSES``.
    """
    with snapshot() as tx:
        identity = find(tx, email)
        if identity is None:
            return []
        lookup = Lookup(tx)
        found = _aliases_of(lookup, identity.id, identity.email)
        known = [identity.email, *found][:MOST_ADDRESSES]
        others = [
            in_domain(address, other)
            for address in known
            for other in lookup.other_names(domain_of(address))
        ]
        lookup.load(others)
        own = [one for one in others if _owns(lookup, identity.id, identity.email, one)]
        return list(dict.fromkeys([*known, *own]))[:MOST_ADDRESSES]


def _aliases_of(lookup: Lookup, account: AccountId, email: str) -> list[str]:
    """The aliases that lead to an account, directly or through others, in order."""
    seen: set[str] = set()
    level = {email}
    while level and len(seen) <= MOST_ADDRESSES:
        level = lookup.aliases_to(level) - seen
        lookup.load(level)
        level = {
            one for one in level if account in resolve_in(lookup, one, catch_alls=False).accounts
        }
        seen |= level
    return sorted(seen - {email})
