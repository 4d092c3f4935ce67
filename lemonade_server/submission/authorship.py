"""Whose names a submitted message may bear: readers see From, not the envelope (RFC 6409 §6.1).

Each address in From must be one of the sender's own. Where several people sign, one of them and
Sender must be (RFC 5322 §3.6.2). A message whose From names no address passes: there is none to
take for another's.

A message that is sent on as it is keeps its author: there the same is asked of the newest
Resent-From and Resent-Sender (RFC 5322 §3.6.6).
"""

from __future__ import annotations

from lemonade_server import accounts
from lemonade_server.accounts import Identity
from lemonade_server.ownership import owns_address
from lemonade_server.store.db import Tx
from lemonade_server.wire import addresses, headers, resending
from lemonade_server.wire.errors import Reply

MOST_AUTHORS = 50


def judge(tx: Tx, identity: Identity, sender: str, header: bytes) -> None:
    """Raises Reply 554 5.7.1 for a message that is not in the sender's own name.

    ``sender`` is the envelope's, which is known to be own.
    """
    known = {identity.email, sender.lower()}
    field, fields = "Resent-From", resending.newest(header)
    authors = _named(fields, b"resent-from")
    if not authors:
        field, fields = "From", headers.table(header)
        authors = _named(fields, b"from")
    if any(map(addresses.is_ambiguous, fields.get(field.lower().encode(), ()))):
        raise Reply(554, "5.7.1", f"{field} has an address behind an address; put a comma between")
    if authors <= known:
        return
    if len(authors) > MOST_AUTHORS:
        raise Reply(554, "5.7.1", f"The message names more than {MOST_AUTHORS} authors")
    others = sorted(author for author in authors - known if not _owns(tx, identity, author))
    if not others:
        return
    senders = _named(fields, b"sender" if field == "From" else b"resent-sender")
    if len(others) == len(authors) or not _is_own(tx, identity, known, senders):
        raise Reply(554, "5.7.1", f"{field}: <{others[0]}> is not an address of {identity.email}")


def _is_own(tx: Tx, identity: Identity, known: set[str], named: set[str]) -> bool:
    return len(named) == 1 and all(one in known or _owns(tx, identity, one) for one in named)


def _owns(tx: Tx, identity: Identity, address: str) -> bool:
    return owns_address(tx, identity.id, address)


def _named(fields: dict[bytes, list[bytes]], name: bytes) -> set[str]:
    """The addresses of all fields of that name, in lower case; group names are none."""
    found: set[str] = set()
    for value in fields.get(name, ()):
        for _, _, mailbox, host in addresses.addresses(value):
            if mailbox and host is not None:
                address = b"%b@%b" % (mailbox, host) if host else mailbox
                found.add(accounts.canonical(address.decode("utf-8", "replace")))
    return found
