"""Work on the queue: leases on recipients, and what came of an attempt.

Whoever works on a recipient holds its lease; a lease that ran out means that the worker died, and
anybody may take over. Two workers never get the same recipient: each UPDATE is judged row by row.
"""

from __future__ import annotations

from collections.abc import Collection

from .queue import Target, as_target
from .sql import queue as sql
from .tx import Tx

MOST_LOOKED_AT = 200


def due_destinations(tx: Tx, now: int, limit: int) -> dict[str, int]:
    """Places that may be tried, with how many recipients wait there; longest waiting first."""
    rows = tx.rows(sql.DUE_PLACES, (now, now, now, limit))
    return {str(place): int(count) for place, _, count in rows}


def claim(
    tx: Tx, place: str, owner: str, now: int, seconds: int, limit: int, lapsed: int | None = None
) -> dict[int, list[Target]]:
    """Lease what is due at a place, of ``limit`` submissions at most; recipients by submission.

    Leases of others are over that ended by ``lapsed``, which is now when it isn't given. What has a
    priority below zero waits until nothing else is due (RFC 6710 §5).
    """
    lapsed = now if lapsed is None else lapsed
    submissions: list[int] = []
    for statement in (sql.DUE_SUBMISSIONS, sql.DUE_BEHIND):
        found = tx.rows(statement, (place, now, lapsed, MOST_LOOKED_AT))
        submissions += dict.fromkeys(int(row[0]) for row in found)
        if len(submissions) >= limit:
            break
    claimed = {
        each: claim_one(tx, each, place, owner, now, seconds, lapsed)
        for each in submissions[:limit]
    }
    return {each: targets for each, targets in claimed.items() if targets}


def claim_one(
    tx: Tx, submission: int, place: str, owner: str, now: int, seconds: int,
    lapsed: int | None = None,
) -> list[Target]:  # fmt: skip
    """Lease what is due of one submission at a place. ``lapsed`` as ``claim`` has it."""
    lapsed = now if lapsed is None else lapsed
    rows = tx.rows(sql.CLAIM, (owner, now + seconds, now, submission, place, now, lapsed))
    return sorted(map(as_target, rows), key=lambda target: target.id)


def mend_times(tx: Tx, now: int, longest: int) -> int:
    """Bring forward what would wait for longer than any retry does, and holds that were to last a
    number of seconds and have not begun yet; for how many recipients.
    """
    count = tx.row_count(sql.HOLDS_AHEAD, (now, now, now, now))
    tx.execute(sql.RELEASES_AHEAD, (now, now, now, now))
    return count + tx.row_count(sql.RETRIES_AHEAD, (now, now + longest, now))


def mend_leases(tx: Tx, now: int, until: int) -> None:
    """End the leases that last beyond ``until``: nobody could have taken them by this clock."""
    tx.execute(sql.LEASES_AHEAD, (now, until))


def lock_leased(tx: Tx, submissions: Collection[int], owner: str) -> None:
    """Wait until nobody else writes what ``owner`` holds, and keep them off until the end of tx."""
    tx.rows(sql.LOCK_LEASED, (list(submissions), owner))


def renew(tx: Tx, submissions: Collection[int], owner: str, now: int, seconds: int) -> set[int]:
    """Prolong what ``owner`` still holds of some submissions; the recipients' ids.

    A lease that ran out is gone even if nobody took it: its worker must stop.
    """
    rows = tx.rows(sql.RENEW, (now + seconds, list(submissions), owner, now))
    return {int(row[0]) for row in rows}


def find_leased(tx: Tx, submission: int, owner: str, until: int) -> set[int]:
    """The recipients of a submission whose lease is ``owner``'s for longer than ``until``."""
    return {int(row[0]) for row in tx.rows(sql.OWNED, (submission, owner, until))}


def finish(tx: Tx, target: Target, owner: str, now: int) -> bool:
    """Write the final state of a recipient; False when the lease is somebody else's by now."""
    count = tx.row_count(
        sql.FINISH,
        (target.state, target.status, target.diagnostic, target.remote, now, target.id, owner),
    )
    return count == 1


def retry(tx: Tx, target: Target, owner: str, next_attempt_at: int) -> bool:
    """Give a recipient back until a later time; False when the lease is somebody else's by now."""
    count = tx.row_count(
        sql.RETRY,
        (
            target.status, target.diagnostic, target.remote, next_attempt_at, target.told,
            target.id, owner,
        ),
    )  # fmt: skip
    return count == 1


def move(tx: Tx, target: Target, owner: str, place: str) -> bool:
    """Give a recipient back untried, for another place."""
    return tx.row_count(sql.MOVE, (place, target.id, owner)) == 1
