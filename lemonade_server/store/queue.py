"""The queue of accepted mail: who sent what to whom, and how far each recipient is.

The rows are the truth. Work on them is in ``queue_work.py``, an operator's hand in
``operator_actions.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from . import contents
from .ids import AccountId, ContentId
from .sql import queue as sql
from .tx import Tx

QUEUED, HELD, DELIVERED, RELAYED, FAILED, CANCELLED = (
    "queued", "held", "delivered", "relayed", "failed", "cancelled",
)  # fmt: skip

TLS_REQUIRED, TLS_PREFERRED, TLS_OPTIONAL = "required", "preferred", "optional"
"""What holds for a message on its way (RFC 8689): only over verified TLS to hosts that promise the
same; so if that is possible, as for reports (§5); rather without TLS than not at all (§3).
"""

NOT_STORED = ContentId(0)
HEAD_START = 86_400
"""Seconds by which each step of priority puts a new message ahead of others that wait."""


@dataclass(slots=True)
class Target:
    """One recipient. ``orcpt`` and ``notify`` as RFC 3461 §4.1-4.2, decoded; times in seconds.

    ``place`` is its destination (``delivery/queue/destination_names.py``), empty for this server.
    ``told`` holds D once the sender was told of a delay, and B once of a missed deliver-by time.
    """

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
    place: str = ""
    told: str = ""

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
    ``release_at`` and ``hold`` are of RFC 4865, ``by_at`` and ``by_mode`` of RFC 2852; ``priority``
    is from -9 to 9 (RFC 6710). ``tls`` is empty, or one of the TLS constants above.
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
    release_at: int = 0
    hold: str = ""
    by_at: int | None = None
    by_mode: str = ""
    priority: int = 0
    tls: str = ""

    @property
    def begins_at(self) -> int:
        """When its time in the queue begins to count."""
        return max(self.arrived_at, self.release_at)

    @property
    def is_urgent(self) -> bool:
        """Whether it is to be returned when it is late (RFC 2852 §4)."""
        return self.by_mode.startswith("R")

    @property
    def wants_tls(self) -> bool:
        """Whether TLS is required, or preferred to none."""
        return self.tls in (TLS_REQUIRED, TLS_PREFERRED)


def submit(tx: Tx, envelope: Envelope, content: ContentId) -> int:
    """Store the envelope and its recipients as they stand; the answer is the submission's id.

    Counts a reference on the content. Fills in the envelope's and the recipients' ids.
    """
    contents.hold(tx, content)
    size, message_id = _content_facts(tx, content)
    envelope.content, envelope.size = content, size
    envelope.message_id = envelope.message_id or message_id
    envelope.id = int(
        tx.value(
            sql.ADD_SUBMISSION,
            (
                envelope.account, envelope.sender, content, size, envelope.message_id,
                envelope.envid, envelope.ret, envelope.body, envelope.smtputf8, envelope.source,
                envelope.arrived_at, envelope.release_at, envelope.hold, envelope.by_at,
                envelope.by_mode, envelope.priority, envelope.tls,
            ),
        )
    )  # fmt: skip
    for target in envelope.recipients:
        add_recipient(tx, envelope, target)
    return envelope.id


def _content_facts(tx: Tx, content: ContentId) -> tuple[int, str]:
    row = tx.row(sql.CONTENT_FACTS, (content,))
    if row is None:
        raise LookupError(f"content {content} is gone")
    return int(row[0]), str(row[1])


def add_recipient(tx: Tx, envelope: Envelope, target: Target) -> None:
    """Store one recipient of a submission as it stands; fills in its id.

    Its first attempt is due at once, or when the message may be released. Higher priorities are
    due before all that wait already (RFC 6710 §5).
    """
    finished = None if target.state == QUEUED else envelope.arrived_at
    due = envelope.begins_at
    if not envelope.release_at:
        due -= HEAD_START * max(envelope.priority, 0)
    target.id = int(
        tx.value(
            sql.ADD_RECIPIENT,
            (
                envelope.id, target.address, target.orcpt, target.notify, target.place,
                target.state, due, target.status, target.diagnostic, target.remote,
                finished, finished,
            ),
        )
    )  # fmt: skip


def find_envelope(tx: Tx, submission: int) -> Envelope | None:
    """A queued message without its recipients."""
    row = tx.row(sql.SUBMISSION, (submission,))
    if row is None:
        return None
    return Envelope(
        id=int(row[0]), account=row[1], sender=row[2], content=ContentId(row[3]), size=int(row[4]),
        message_id=row[5], envid=row[6], ret=row[7], body=row[8], smtputf8=bool(row[9]),
        source=row[10], arrived_at=int(row[11]), release_at=int(row[12]), hold=row[13],
        by_at=row[14], by_mode=row[15], priority=int(row[16]), tls=row[17],
    )  # fmt: skip


def envelope(tx: Tx, submission: int) -> Envelope | None:
    """A queued message with all its recipients."""
    found = find_envelope(tx, submission)
    if found is not None:
        found.recipients = [as_target(each) for each in tx.rows(sql.RECIPIENTS, (submission,))]
    return found


def as_target(row: tuple[object, ...]) -> Target:
    """A row of the columns ``sql.queue.RECIPIENT``."""
    number, address, orcpt, notify, state, status, diagnostic, remote, attempts, last = row[:10]
    return Target(
        id=int(str(number)), address=str(address), orcpt=str(orcpt), notify=str(notify),
        state=str(state), status=str(status), diagnostic=str(diagnostic), remote=str(remote),
        attempts=int(str(attempts)), last_attempt_at=None if last is None else int(str(last)),
        place=str(row[10]), told=str(row[11]),
    )  # fmt: skip


def held_octets(tx: Tx, account: AccountId, now: int) -> int:
    """What an account has in the queue for a later release, octets (RFC 4865 §6)."""
    return int(tx.value(sql.HELD_OCTETS, (account, now)))


def prune(tx: Tx, before: int, limit: int) -> int:
    """Forget submissions that arrived before a time and have no recipient left to serve.

    Lets go of their contents. At most ``limit`` at once; the number forgotten.
    """
    rows = tx.rows(sql.FINISHED, (before, limit))
    for submission, content in rows:
        tx.execute(sql.DROP_EVENTS, (submission,))
        tx.execute(sql.DROP_RECIPIENTS, (submission,))
        tx.execute(sql.DROP_SUBMISSION, (submission,))
        contents.release(tx, ContentId(content))
    return len(rows)
