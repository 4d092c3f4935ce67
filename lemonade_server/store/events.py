"""The timeline of a submission: what happened on its way, beside what its rows tell."""

from __future__ import annotations

from dataclasses import dataclass

from .ids import AccountId
from .sql import queue as sql
from .tx import Tx

TRIED, REPORTED, READ, STEERED = "tried", "reported", "read", "steered"


@dataclass(slots=True)
class QueueEvent:
    """``action`` is what it came to, as of RFC 3464 §2.3.3 or RFC 8098 §3.2.6; ``words`` are the
    other side's own. ``recipient`` None: not known which."""

    submission: int
    recipient: int | None
    at: int
    kind: str
    action: str = ""
    status: str = ""
    host: str = ""
    words: str = ""


def add(tx: Tx, *events: QueueEvent) -> None:
    """Write them down."""
    tx.many(
        sql.ADD_EVENT,
        [
            (
                each.submission, each.recipient, each.at, each.kind, each.action,
                each.status, each.host, each.words,
            )
            for each in events
        ],
    )  # fmt: skip


def submission_of(tx: Tx, account: AccountId, envid: str, message_id: str) -> int | None:
    """The account's own submission that a report is about: by ENVID, else by Message-ID."""
    row = tx.row(sql.BY_ENVID, (envid, account)) if envid else None
    if row is None and message_id:
        row = tx.row(sql.BY_MESSAGE_ID, (account, message_id))
    return None if row is None else int(row[0])


def count(tx: Tx, submission: int) -> int:
    """How many there are of a submission."""
    return int(tx.value(sql.COUNT_EVENTS, (submission,)))
