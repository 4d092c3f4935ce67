"""What is counted or kept back for a while: mail sent in an hour, mail from the unknown."""

from __future__ import annotations

from dataclasses import dataclass

from .ids import AccountId
from .sql import limits as sql
from .tx import Tx

HOUR = 3600
DAY = 86_400

WAIT = 300
"""Seconds after which a greylisted message may come again."""
UNKNOWN_KEPT = 2 * DAY
"""Seconds in which it must come again: hosts try for a day and more (RFC 5321 §4.5.4.1)."""
KNOWN_KEPT = 40 * DAY
"""Seconds for which one that came again is remembered: a monthly letter is never put off twice."""


@dataclass(frozen=True, slots=True)
class Hour:
    """Recipients that somebody has written to since ``began_at``, in seconds since 1970."""

    began_at: int
    recipients: int

    @property
    def ends_at(self) -> int:
        return self.began_at + HOUR


def hourly(tx: Tx, account: AccountId, domain: str) -> tuple[int | None, int | None]:
    """Recipients an hour that an account and a domain have in their rows; None where nothing."""
    row = tx.row(sql.LIMITS, (account, domain))
    return (None, None) if row is None else (row[0], row[1])


def spend(tx: Tx, who: str, recipients: int, now: int) -> Hour:
    """Count recipients that ``who`` writes to; all of the hour, these included.

    An hour begins with the first message after the one before was over.
    """
    row = tx.row(sql.COUNT_SENT, (who, now, recipients, now - HOUR, now - HOUR))
    assert row is not None, who
    return Hour(int(row[0]), int(row[1]))


def is_known(tx: Tx, triplet: bytes, now: int) -> bool:
    """Whether a message like this one has come before, long enough ago; this one is noted."""
    row = tx.row(sql.SEEN, (triplet, now, now, False, now - WAIT))
    assert row is not None, triplet
    return bool(row[0])


def clean(tx: Tx, now: int) -> None:
    """Let go of hours that are over, and of those who did not come again, or not for long."""
    tx.execute(sql.FORGET_SENT, (now - HOUR,))
    tx.execute(sql.FORGET_UNKNOWN, (now - UNKNOWN_KEPT,))
    tx.execute(sql.FORGET_KNOWN, (now - KNOWN_KEPT,))
