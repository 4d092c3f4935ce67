"""What an operator, or the sender, does to a recipient in the queue.

Each answers with the submission and the place that it concerns, or None when it is too late: the
recipient is finished, or a worker has it at this moment.
"""

from __future__ import annotations

from .sql import queue as sql
from .tx import Tx

Concerned = tuple[int, str]


def reopen(tx: Tx, recipient: int, now: int) -> Concerned | None:
    """Make a waiting, held, failed or cancelled recipient due now; never before its release, nor
    when another one has the same address and the message.
    """
    return _find_concerned(tx, sql.REOPEN, (now, now, recipient, now))


def release(tx: Tx, recipient: int, now: int) -> Concerned | None:
    """Let a held recipient go on."""
    return _find_concerned(tx, sql.RELEASE, (now, now, recipient, now))


def hold(tx: Tx, recipient: int, now: int) -> Concerned | None:
    """Keep a waiting recipient until it is released."""
    return _find_concerned(tx, sql.HOLD, (recipient, now))


def cancel(tx: Tx, recipient: int, now: int) -> Concerned | None:
    """Stop a waiting or held recipient for good."""
    return _find_concerned(tx, sql.CANCEL, (now, recipient, now))


def reroute(tx: Tx, recipient: int, place: str, now: int) -> Concerned | None:
    """Send a waiting or held recipient elsewhere, as soon as it may be; the answer names the place
    it had before.
    """
    found = tx.value(sql.PLACE, (recipient,))
    changed = _find_concerned(tx, sql.REROUTE, (place, now, now, recipient, now))
    return None if changed is None else (changed[0], str(found))


def _find_concerned(tx: Tx, statement: str, args: tuple[object, ...]) -> Concerned | None:
    row = tx.row(statement, args)
    return None if row is None else (int(row[0]), str(row[1]))
