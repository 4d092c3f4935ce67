"""What an account may hold and what it holds: the quota root of its mailboxes (RFC 9208 §3).

An account with a limit has one root, which covers all of its mailboxes; one without has none.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import OverQuota
from .ids import AccountId, MailboxId
from .sql import mailboxes as sql
from .sql import messages as sql_messages
from .tx import Tx


@dataclass(slots=True)
class Root:
    """A quota root: octets and messages, used and allowed; 0 allowed is no limit."""

    name: str
    octets: int
    octets_allowed: int
    messages: int
    messages_allowed: int


def root_of(tx: Tx, account: AccountId) -> Root | None:
    """The account's quota root, None when nothing is limited."""
    found = tx.row(sql.LIMITS, (account,))
    if found is None or not (found[1] or found[2]):
        return None
    octets, messages = tx.rows(sql.USED, (account,))[0]
    return Root(f"#user/{found[0]}", octets, found[1], messages, found[2])


def check_quota(tx: Tx, account: AccountId) -> None:
    """Raises OverQuota when the account holds more than it may."""
    root = root_of(tx, account)
    if root is None:
        return
    if root.octets_allowed and root.octets > root.octets_allowed:
        raise OverQuota("storage")
    if root.messages_allowed and root.messages > root.messages_allowed:
        raise OverQuota("messages")


def count_deleted(tx: Tx, mailbox: MailboxId) -> tuple[int, int]:
    """How many messages of a mailbox are ``\\Deleted``, and their octets."""
    count, octets = tx.rows(sql_messages.DELETED, (mailbox, mailbox))[0]
    return count, octets
