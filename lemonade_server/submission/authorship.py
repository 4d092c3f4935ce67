"""Whose names a submitted message may bear: readers see From, not the envelope (RFC 6409 §6.1).

Each address in From must be one of the sender's own. Where several people sign, one of them and
Sender must be (RFC 5322 §3.6.2). A message whose From names no address passes: there is none to
take for another's. ``Resent-From`` changes nothing, since anybody could add it.
"""

from __future__ import annotations

from lemonade_server import accounts
from lemonade_server.accounts import Identity
from lemonade_server.store.db import Tx
from lemonade_server.wire import addresses, headers
from lemonade_server.wire.errors import Reply

MOST_AUTHORS = 50


def judge(tx: Tx, identity: Identity, sender: str, header: bytes) -> None:
    """Raises Reply 554 5.7.1 for a message that is not in the sender's own name.

    ``sender`` is the envelope's, which is known to be own.
    """
    known = {identity.email, sender.lower()}
    authors = _named(header, b"from")
    if authors <= known:
        return
    if len(authors) > MOST_AUTHORS:
        raise Reply(554, "5.7.1", f"The message names more than {MOST_AUTHORS} authors")
    others = sorted(author for author in authors - known if not _owns(tx, identity, author))
    if not others:
        return
    if len(others) == len(authors) or not _is_sender(tx, identity, known, header):
        raise Reply(554, "5.7.1", f"From: <{others[0]}> is not an address of {identity.email}")


def _is_sender(tx: Tx, identity: Identity, known: set[str], header: bytes) -> bool:
    named = _named(header, b"sender")
    return len(named) == 1 and all(one in known or _owns(tx, identity, one) for one in named)


def _owns(tx: Tx, identity: Identity, address: str) -> bool:
    return "\0" not in address and accounts.owns_address(tx, identity.id, address)


def _named(header: bytes, field: bytes) -> set[str]:
    """The addresses of all fields of that name, in lower case; group names are none."""
    found: set[str] = set()
    for name, raw, _, _ in headers.each(header):
        if name.lower() != field:
            continue
        for _, _, mailbox, host in addresses.addresses(headers.unfold(raw)):
            if mailbox and host is not None:
                address = b"%b@%b" % (mailbox, host) if host else mailbox
                found.add(accounts.canonical(address.decode("utf-8", "replace")))
    return found
