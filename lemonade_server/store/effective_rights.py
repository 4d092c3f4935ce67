"""What the access control list of a mailbox grants to somebody who is not its owner."""

from __future__ import annotations

from collections.abc import Iterable

from lemonade_server.wire import rights as letters

from .ids import AccountId, MailboxId
from .sql import access as sql
from .tx import Tx


def combine_rights(entries: Iterable[tuple[bool, str]]) -> str:
    """The rights that (negative, rights) entries give together: the granted ones, less those that
    a negative entry takes away, whoever granted them (RFC 4314 §2).
    """
    given = taken = ""
    for negative, rights in entries:
        if negative:
            taken += rights
        else:
            given += rights
    return letters.without(letters.sort_rights(given), taken)


def rights_of(tx: Tx, account: AccountId, mailbox: MailboxId) -> str:
    """The rights of an account that does not own the mailbox: its own and those of ``anyone``."""
    rows = tx.rows(sql.RIGHTS, (mailbox, account))
    return combine_rights([(bool(negative), rights) for negative, rights in rows])
