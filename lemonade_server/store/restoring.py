"""What a store that was put back from a back-up must not say again.

Since the back-up was made, clients were told of UIDs, and of ids of mailboxes and contents, that
the store now knows nothing of. Handed out again, they would stand for other mail in its cache.
"""

from __future__ import annotations

import time

from . import vendor
from .ids import AccountId
from .sql import mailboxes as sql
from .sql import queue as queue_sql
from .sql import resumption as resumption_sql
from .tx import Tx

AHEAD = 86_400
"""By how much a new UIDVALIDITY is above what the clock says: above all that were given since."""

SKIPPED = 1_000_000_000
"""Ids that are passed over, more than any store has given since its back-up."""

NAMED = ("mailbox", "content", "submission", "recipient")
"""The tables whose ids clients or operators know."""


def accounts(tx: Tx) -> list[AccountId]:
    """All accounts that have mailboxes."""
    return [AccountId(row[0]) for row in tx.rows(sql.ACCOUNTS)]


def renew_uidvalidity(tx: Tx, account: AccountId) -> int:
    """Give every mailbox of an account a UIDVALIDITY that it never had (RFC 9051 §2.3.1.1); how
    many there are.
    """
    mailboxes = [row[0] for row in tx.rows(sql.IDS_OF_ACCOUNT, (account,))]
    least = int(time.time()) + AHEAD
    for mailbox in mailboxes:
        uidvalidity = tx.value(sql.NEXT_UIDVALIDITY, (least, least, account))
        tx.execute(sql.SET_UIDVALIDITY, (uidvalidity, mailbox))
    return len(mailboxes)


def forget_sessions(tx: Tx) -> int:
    """End all sessions that could be resumed: they know of what is gone; how many there were."""
    return tx.row_count(resumption_sql.END_ALL)


def hold_queue(tx: Tx) -> int:
    """Keep what waits in the queue until somebody releases it: it may have been sent since the
    back-up; for how many recipients.
    """
    return tx.row_count(queue_sql.HOLD_ALL)


def skip_ids(tx: Tx) -> None:
    """Give no id that was given since the back-up to anything else."""
    for table in NAMED:
        vendor.skip_ids(tx.connection, table, SKIPPED)
