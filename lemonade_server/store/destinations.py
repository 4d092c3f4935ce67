"""The places that mail goes to: how many work for one, and which are left alone for a while."""

from __future__ import annotations

from dataclasses import dataclass

from .sql import destinations as sql
from .tx import Tx


@dataclass(slots=True)
class Policy:
    """A domain's MTA-STS policy (RFC 8461 §3.2). Times in seconds since 1970."""

    policy_id: str
    mode: str
    hosts: list[str]
    fetched_at: int
    expires_at: int


def enter(tx: Tx, place: str, owner: str, now: int, seconds: int, limit: int) -> bool:
    """Begin to work for a place; False when enough do already, or it is to be left alone.

    One that could not be reached is tried by one alone.
    """
    row = tx.row(sql.RETRY_AT, (place,))
    if row is not None and row[1] > now:
        return False
    if int(tx.value(sql.AT_WORK, (place, now))) >= (limit if row is None else 1):
        return False
    tx.execute(sql.ENTER, (owner, place, now + seconds))
    return True


def renew(tx: Tx, owner: str, until: int) -> None:
    """Say that a worker is alive."""
    tx.execute(sql.RENEW, (until, owner))


def leave(tx: Tx, owner: str) -> None:
    """The work is done."""
    tx.execute(sql.LEAVE, (owner,))


def failures(tx: Tx, place: str) -> int:
    """How often in a row the place could not be reached."""
    row = tx.row(sql.RETRY_AT, (place,))
    return 0 if row is None else int(row[0])


def record_failure(tx: Tx, place: str, count: int, retry_at: int, reason: str) -> None:
    """Leave a place alone until a time."""
    tx.execute(sql.FAILED, (place, count, retry_at, reason))


def record_success(tx: Tx, place: str) -> None:
    """A place answers again."""
    tx.execute(sql.REACHED, (place,))


def try_now(tx: Tx, place: str) -> None:
    """Don't wait any longer to try a place."""
    tx.execute(sql.TRY_NOW, (place,))


def clean(tx: Tx, now: int, older: int) -> None:
    """Forget dead workers, places not tried since ``older``, and policies past their time."""
    tx.execute(sql.BURY, (now,))
    tx.execute(sql.FORGET, (older,))
    tx.execute(sql.DROP_POLICIES, (now,))


def mend_times(tx: Tx, now: int, longest: int) -> None:
    """Try those now that would be left alone for longer than ``longest``."""
    tx.execute(sql.RETRY_AHEAD, (now, now + longest))


def mend_leases(tx: Tx, until: int) -> None:
    """Forget workers that claim to be alive for longer than ``until``."""
    tx.execute(sql.AT_WORK_AHEAD, (until,))


def policy(tx: Tx, domain: str) -> Policy | None:
    """The policy that is kept for a domain, be it past its time."""
    row = tx.row(sql.POLICY, (domain,))
    if row is None:
        return None
    return Policy(str(row[0]), str(row[1]), str(row[2]).split(), int(row[3]), int(row[4]))


def keep_policy(tx: Tx, domain: str, kept: Policy) -> None:
    """Remember a domain's policy in place of the one before."""
    tx.execute(
        sql.KEEP_POLICY,
        (
            domain, kept.policy_id, kept.mode, "\n".join(kept.hosts), kept.fetched_at,
            kept.expires_at,
        ),
    )  # fmt: skip
