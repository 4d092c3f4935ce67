"""Identifiers of messages that the filters of an account have met (RFC 7352). Times in seconds."""

from __future__ import annotations

from .ids import AccountId
from .sql import duplicates as sql
from .tx import Tx

MOST = 10_000
"""Of an account; beyond that those are forgotten that would be soonest (§3)."""


def is_tracked(tx: Tx, account: AccountId, digest: bytes, now: int) -> bool:
    """Whether an identifier was met, and is not forgotten yet."""
    return tx.row(sql.IS_TRACKED, (account, digest, now)) is not None


def track(tx: Tx, account: AccountId, digest: bytes, now: int, until: int) -> None:
    """Remember an identifier until then. What is over is forgotten."""
    tx.execute(sql.FORGET_EXPIRED, (account, now))
    tx.execute(sql.FORGET_SOONEST, (account, account, MOST - 1))
    tx.execute(sql.TRACK, (account, digest, until))
