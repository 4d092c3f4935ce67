"""Muted conversations: their owner does not want to hear of what comes to them (RFC 9979).

A conversation is muted while one of its messages, in any mailbox of the account, has the keyword
``$Muted``. What joins it gets the keyword, too. Mailboxes in which others may write don't count:
there the keyword may be theirs, and it is the owner's mail. An account in which nobody has ever set
it is not asked for it: ``keywords.admit`` takes note of the first.
"""

from __future__ import annotations

from .ids import AccountId, MailboxId
from .sql import mailboxes as sql_mailboxes
from .sql import muting as sql
from .tx import Tx

MUTED = "$Muted"


def is_muting(keyword: str) -> bool:
    """Whether the keyword, in any case, mutes the conversation of a message."""
    return keyword.lower() == MUTED.lower()


def is_muted(tx: Tx, account: AccountId, thread: int) -> bool:
    """Whether a conversation, by the number of its thread, is muted."""
    return tx.row(sql.IS_MUTED, (account, thread, f" {MUTED.lower()} ")) is not None


def find_archive(tx: Tx, account: AccountId) -> MailboxId | None:
    r"""Where it is put aside: the mailbox with the use \Archive."""
    found = tx.value(sql_mailboxes.WITH_USE, (account, "%\\Archive%"))
    return None if found is None else MailboxId(found)


def note_muting(tx: Tx, mailbox: MailboxId) -> None:
    """Look at the mail that comes for this mailbox's owner, from now on."""
    tx.execute(sql.NOTE_MUTING, (True, mailbox))
