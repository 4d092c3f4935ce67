"""Annotations of mailboxes and of the server (RFC 5464): kept with the mailbox's id, so that they
follow it when it is renamed and go when it goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lemonade_server.wire.errors import No

from .ids import AccountId, MailboxId
from .sql import annotations as sql
from .tx import Tx

SERVER = MailboxId(0)
LONGEST_VALUE = 65_536
MOST = 100  # of one mailbox, and of one account on the server


def of(tx: Tx, account: AccountId, mailbox: MailboxId) -> dict[str, bytes]:
    """All annotations by name, in the names' order."""
    return {name: bytes(value) for name, value in tx.rows(sql.OF, (account, mailbox))}


def of_many(
    tx: Tx, account: AccountId, mailboxes: Sequence[MailboxId]
) -> dict[MailboxId, dict[str, bytes]]:
    """All annotations of some mailboxes; a mailbox without any is not named."""
    found: dict[MailboxId, dict[str, bytes]] = {}
    for mailbox, name, value in tx.rows(sql.OF_MANY, (account, list(mailboxes))):
        found.setdefault(mailbox, {})[name] = bytes(value)
    return found


def change(
    tx: Tx, account: AccountId, mailbox: MailboxId, values: Mapping[str, bytes | None]
) -> None:
    """Set annotations, all or none; None removes one. Raises No METADATA (MAXSIZE or TOOMANY)."""
    if any(value is not None and len(value) > LONGEST_VALUE for value in values.values()):
        raise No("a value is too long", b"METADATA MAXSIZE %d" % LONGEST_VALUE)
    for name, value in values.items():
        if value is None:
            tx.execute(sql.REMOVE, (account, mailbox, name))
        else:
            tx.execute(sql.SET, (account, mailbox, name, value))
    if tx.value(sql.COUNT, (account, mailbox)) > MOST:
        raise No(f"at most {MOST} annotations are kept here", b"METADATA TOOMANY")
