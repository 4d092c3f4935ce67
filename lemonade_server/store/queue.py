"""The queue of accepted mail: who sent what to whom, and how far each recipient is.

The rows are the truth. Whoever works on a recipient holds its lease; a lease that ran out means
that the worker died, and anybody may take over.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import contents
from .ids import AccountId, ContentId
from .sql import queue as sql
from .tx import Tx

QUEUED, DELIVERED, RELAYED, FAILED, CANCELLED = (
    "queued", "delivered", "relayed", "failed", "cancelled",
)  # fmt: skip

NOT_STORED = ContentId(0)


@dataclass(slots=True)
class Target:
    """One recipient. ``orcpt`` and ``notify`` as RFC 3461 §4.1-4.2, decoded; times in seconds."""

    address: str
    orcpt: str = ""
    notify: str = ""
    state: str = QUEUED
    status: str = ""
    diagnostic: str = ""
    remote: str = ""
    id: int = 0
    attempts: int = 0
    last_attempt_at: int | None = None

    def wants(self, event: str) -> bool:
        """Whether a report of SUCCESS, FAILURE or DELAY is wished (RFC 3461 §4.1).

        Without NOTIFY that is failure and, as the text allows, delay.
        """
        if not self.notify:
            return event in ("FAILURE", "DELAY")
        return event in self.notify.split(",")


@dataclass(slots=True)
class Envelope:
    """A message on its way. ``sender`` empty is the null reverse-path.

    ``id``, ``content``, ``size`` and ``arrived_at`` are those of the row once it is queued.
    """

    account: AccountId | None
    sender: str
    recipients: list[Target] = field(default_factory=list)
    envid: str = ""
    ret: str = ""
    body: str = "7BIT"
    smtputf8: bool = False
    source: str = "data"
    message_id: str = ""
    arrived_at: int = 0
    id: int = 0
    content: ContentId = NOT_STORED
    size: int = 0


def submit(tx: Tx, envelope: Envelope, content: ContentId) -> int:
    """Store the envelope and its recipients as they stand; the answer is the submission's id.

    Counts a reference on the content. Fills in the envelope's and the recipients' ids.
    """
    contents.hold(tx, content)
    size, message_id = _described(tx, content)
    envelope.content, envelope.size = content, size
    envelope.message_id = envelope.message_id or message_id
    envelope.id = int(
        tx.value(
            sql.ADD_SUBMISSION,
            (
                envelope.account, envelope.sender, content, size, envelope.message_id,
                envelope.envid, envelope.ret, envelope.body, envelope.smtputf8, envelope.source,
                envelope.arrived_at,
            ),
        )
    )  # fmt: skip
    for target in envelope.recipients:
        target.id = _insert(tx, envelope, target)
    return envelope.id


def _described(tx: Tx, content: ContentId) -> tuple[int, str]:
    row = tx.row(sql.CONTENT_FACTS, (content,))
    if row is None:
        raise LookupError(f"content {content} is gone")
    return int(row[0]), str(row[1])


def _insert(tx: Tx, envelope: Envelope, target: Target) -> int:
    finished = None if target.state == QUEUED else envelope.arrived_at
    return int(
        tx.value(
            sql.ADD_RECIPIENT,
            (
                envelope.id, target.address, target.orcpt, target.notify, target.state,
                envelope.arrived_at, target.status, target.diagnostic, target.remote,
                finished, finished,
            ),
        )
    )  # fmt: skip


def due(tx: Tx, now: int, limit: int) -> list[int]:
    """Submissions with a recipient that waits for work and that nobody works on, oldest first."""
    rows = tx.rows(
        sql.DUE,
        (now, now, limit),
    )
    return [int(row[0]) for row in rows]


def claim(tx: Tx, submission: int, owner: str, now: int, seconds: int) -> list[Target]:
    """Lease every due recipient of a submission to ``owner``; those that were got.

    Two workers never get the same recipient: the UPDATE is judged row by row.
    """
    rows = tx.rows(
        sql.CLAIM,
        (owner, now + seconds, now, submission, now, now),
    )
    return sorted(map(_target, rows), key=lambda target: target.id)


def renew(tx: Tx, submission: int, owner: str, now: int, seconds: int) -> set[int]:
    """Prolong what ``owner`` still holds of a submission; the recipients' ids.

    A lease that ran out is gone even if nobody took it: its worker must stop.
    """
    rows = tx.rows(
        sql.RENEW,
        (now + seconds, submission, owner, now),
    )
    return {int(row[0]) for row in rows}


def finish(tx: Tx, target: Target, owner: str, now: int) -> bool:
    """Write the final state of a recipient; False when the lease is somebody else's by now."""
    count = tx.execute(
        sql.FINISH,
        (target.state, target.status, target.diagnostic, target.remote, now, target.id, owner),
    )
    return count == 1


def retry(tx: Tx, target: Target, owner: str, next_attempt_at: int) -> bool:
    """Give a recipient back until a later time; False when the lease is somebody else's by now."""
    count = tx.execute(
        sql.RETRY,
        (target.status, target.diagnostic, target.remote, next_attempt_at, target.id, owner),
    )
    return count == 1


def reopen(tx: Tx, recipient: int, now: int) -> int | None:
    """Make a waiting or failed recipient due now; its submission's id, None when neither."""
    row = tx.row(
        sql.REOPEN,
        (now, recipient, now),
    )
    return None if row is None else int(row[0])


def cancel(tx: Tx, recipient: int, now: int) -> bool:
    """Stop a waiting recipient for good; False when it is finished or being worked on."""
    count = tx.execute(
        sql.CANCEL,
        (now, recipient, now),
    )
    return count == 1


def prune(tx: Tx, before: int, limit: int) -> int:
    """Forget submissions that arrived before a time and have no recipient left to serve.

    Lets go of their contents. At most ``limit`` at once; the number forgotten.
    """
    rows = tx.rows(
        sql.FINISHED,
        (before, limit),
    )
    for submission, content in rows:
        tx.execute(sql.DROP_RECIPIENTS, (submission,))
        tx.execute(sql.DROP_SUBMISSION, (submission,))
        contents.release(tx, ContentId(content))
    return len(rows)


def envelope(tx: Tx, submission: int) -> Envelope | None:
    """A queued message with all its recipients."""
    row = tx.row(
        sql.SUBMISSION,
        (submission,),
    )
    if row is None:
        return None
    found = Envelope(
        account=row[0], sender=row[1], envid=row[2], ret=row[3], body=row[4],
        smtputf8=bool(row[5]), source=row[6], message_id=row[7], arrived_at=int(row[8]),
        id=int(row[9]), content=ContentId(row[10]), size=int(row[11]),
    )  # fmt: skip
    found.recipients = [
        _target(each)
        for each in tx.rows(
            sql.RECIPIENTS,
            (submission,),
        )
    ]
    return found


def _target(row: tuple[object, ...]) -> Target:
    number, address, orcpt, notify, state, status, diagnostic, remote, attempts, last = row
    return Target(
        id=int(str(number)), address=str(address), orcpt=str(orcpt), notify=str(notify),
        state=str(state), status=str(status), diagnostic=str(diagnostic), remote=str(remote),
        attempts=int(str(attempts)), last_attempt_at=None if last is None else int(str(last)),
    )  # fmt: skip
