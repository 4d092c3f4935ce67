"""Taking responsibility for a message: after this commit, 250 may be said."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lemonade_server.store import ingest, queue
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.errors import StoreFull
from lemonade_server.store.header_edits import with_header
from lemonade_server.store.ids import AccountId, ContentId
from lemonade_server.store.ingest import Prepared
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import dsn
from lemonade_server.wire.errors import No, Reply

from . import local, report, trace
from .report import Outcome
from .route import Leg, route
from .wake import wake


@dataclass(slots=True)
class Accepted:
    """What became of the recipients at once. ``submission`` is the id of the queue's row."""

    submission: int
    delivered: int
    queued: int
    failed: int


def accept(tx: Tx, envelope: Envelope, message: Prepared, added: bytes = b"") -> Accepted:
    """Deliver to the accounts here and queue the rest, all in this transaction.

    ``added`` are header lines to put in front of the message, such as Received; local recipients
    share one content with Return-Path before them. One recipient's failure undoes only that
    recipient. Raises Reply when no recipient at all could be served: nothing is kept.
    """
    delivery = _Delivery(tx, envelope, message, added)
    targets = delivery.run()
    failed = [target for target in targets if target.state == queue.FAILED]
    if len(failed) == len(targets):
        first = failed[0]
        raise Reply(552 if first.status == "5.2.2" else 550, first.status, first.diagnostic)
    queued = sum(target.state == queue.QUEUED for target in targets)
    kept = replace(envelope, recipients=targets)
    submission = queue.submit(tx, kept, delivery.to_pass_on() if queued else delivery.local())
    if queued:
        tx.after_commit(lambda: wake(submission))
    delivered = [target for target in targets if target.state == queue.DELIVERED]
    tell(tx, kept, Outcome(dsn.FAILED, failed, envelope.arrived_at))
    tell(tx, kept, Outcome(dsn.DELIVERED, delivered, envelope.arrived_at))
    return Accepted(submission, len(delivered), queued, len(failed))


def tell(tx: Tx, envelope: Envelope, outcome: Outcome) -> bool:
    """Send the sender a report of those recipients of which one is wanted; whether one was sent.

    A report that can't be delivered is dropped: reports are from <> (RFC 3461 §6.3).
    """
    heard = report.wanted(envelope, outcome)
    if heard is None:
        return False
    try:
        with transaction() as inner:
            accept(inner, *report.compose(inner, envelope, heard))
    except Reply:
        return False
    return True


class _Delivery:
    """One run over the recipients of a message."""

    def __init__(self, tx: Tx, envelope: Envelope, message: Prepared, added: bytes) -> None:
        self._tx = tx
        self._envelope = envelope
        self._message = message
        self._added = added
        self._shared: ContentId | None = None
        self._served: dict[str, Target] = {}

    def run(self) -> list[Target]:
        """The rows to write, one for each leg of each recipient."""
        return [
            self._serve(target, leg)
            for target in self._envelope.recipients
            for leg in route(self._tx, target.address).legs
        ]

    def _serve(self, target: Target, leg: Leg) -> Target:
        """The row of one leg. An address that two recipients lead to gets the message once."""
        row = replace(target, address=leg.address)
        if not row.orcpt and leg.address != target.address:
            # An alias: reports name the address that the sender knows (RFC 3461 §5.2.7.2).
            row.orcpt = f"rfc822;{target.address}"
        key = str(leg.account) if leg.account is not None else leg.address
        first = self._served.setdefault(key, row)
        if first is not row:
            if first.state == queue.QUEUED:
                row.state = queue.CANCELLED
                row.diagnostic = "The same message is already on its way to this address"
            else:
                row.state, row.status, row.diagnostic = first.state, first.status, first.diagnostic
        elif leg.account is not None:
            self._deliver(row, leg.account)
        elif leg.status:
            row.state, row.status, row.diagnostic = queue.FAILED, leg.status, leg.reason
        return row

    def _deliver(self, row: Target, account: AccountId) -> None:
        content = self.local()
        try:
            with transaction() as inner:
                local.deliver(inner, account, content, self._envelope.arrived_at)
        except StoreFull:
            raise
        except No as refusal:
            full = refusal.code == b"OVERQUOTA"
            row.state, row.status = queue.FAILED, "5.2.2" if full else "5.2.0"
            row.diagnostic = "The mailbox is full" if full else refusal.text
        else:
            row.state, row.status = queue.DELIVERED, "2.0.0"

    def local(self) -> ContentId:
        """What is put into mailboxes here.

        Made outside the savepoints, so that one full mailbox does not undo it for the rest.
        """
        if self._shared is None:
            fields = trace.return_path(self._envelope.sender) + self._added
            self._shared = ingest.commit(self._tx, with_header(self._message, fields))
        return self._shared

    def to_pass_on(self) -> ContentId:
        """What other hosts are given: only a final delivery writes Return-Path."""
        passed = with_header(self._message, self._added) if self._added else self._message
        return ingest.commit(self._tx, passed)
