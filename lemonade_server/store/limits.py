"""What is counted or kept back for a while: mail sent in an hour, mail from the unknown."""

from __future__ import annotations

from dataclasses import dataclass

from .ids import AccountId
from .sql import limits as sql
from .tx import Tx

HOUR = 3600
DAY = 86_400

GRAIN = 60
"""Seconds of which the mail is counted together: a row holds 62 numbers at most."""

WAIT = 300
"""Seconds after which a greylisted message may come again."""
UNKNOWN_KEPT = 2 * DAY
"""Seconds in which it must come again: hosts try for a day and more (RFC 5321 §4.5.4.1)."""
KNOWN_KEPT = 40 * DAY
"""Seconds for which one that came again is remembered: a monthly letter is never put off twice."""


@dataclass(frozen=True, slots=True)
class Full:
    """There is no room for a message: ``before`` recipients count, and from ``until`` on (seconds
    since 1970) few enough of them.
    """

    before: int
    until: int


def hourly(tx: Tx, account: AccountId, domain: str) -> tuple[int | None, int | None]:
    """Recipients an hour that an account and a domain have in their rows; None where nothing."""
    row = tx.row(sql.LIMITS, (account, domain))
    return (None, None) if row is None else (row[0], row[1])


def spend(tx: Tx, who: str, recipients: int, allowed: int, now: int) -> Full | None:
    """Count recipients that ``who`` writes to, unless that makes more than ``allowed`` in the hour
    that ends now. ``recipients`` alone are no more than that.

    The row is locked until the commit: processes count one after the other. What was sent within a
    minute counts until an hour after the last of it, so no hour has more than it may.
    """
    row = tx.row(sql.LOCK_SENT, (who, now))
    assert row is not None, who
    # What lies far ahead was counted before the clock was set back: it would count for too long.
    spans = [span for span in _read(str(row[0])) if now - HOUR < span[0] <= now + HOUR]
    before = sum(count for _, count in spans)
    if before + recipients > allowed:
        return Full(before, _room_at(spans, before + recipients - allowed))
    if spans and now // GRAIN <= spans[-1][0] // GRAIN:  # or the clock went back
        at, count = spans.pop()
        spans.append((max(at, now), count + recipients))
    else:
        spans.append((now, recipients))
    written = " ".join(f"{at}:{count}" for at, count in spans)
    tx.execute(sql.COUNT_SENT, (spans[-1][0], written, who))
    return None


def _read(written: str) -> list[tuple[int, int]]:
    """Times, and the recipients of the minute whose last one that is."""
    return [
        (int(at), int(count)) for at, _, count in (one.partition(":") for one in written.split())
    ]


def _room_at(spans: list[tuple[int, int]], surplus: int) -> int:
    """When so many recipients will count no more."""
    for at, count in spans:
        surplus -= count
        if surplus <= 0:
            return at + HOUR
    raise AssertionError("more than were counted")


def is_known(tx: Tx, triplet: bytes, now: int) -> bool:
    """Whether a message like this one has come before, long enough ago; this one is noted."""
    row = tx.row(sql.SEEN, (triplet, now, now, False, now - WAIT, now))
    assert row is not None, triplet
    return bool(row[0])


def clean(tx: Tx, now: int) -> None:
    """Let go of hours that are over, and of those who did not come again, or not for long."""
    tx.execute(sql.FORGET_SENT, (now - HOUR,))
    tx.execute(sql.FORGET_UNKNOWN, (now - UNKNOWN_KEPT,))
    tx.execute(sql.FORGET_KNOWN, (now - KNOWN_KEPT,))
