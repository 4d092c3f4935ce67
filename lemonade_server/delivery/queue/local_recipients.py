"""Recipients of this server that are in the queue: held until now, or reopened by an operator."""

from __future__ import annotations

from lemonade_server.store import contents, events, queue, queue_work
from lemonade_server.store.db import Tx
from lemonade_server.store.events import QueueEvent
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import dsn

from ..acceptance import SUBMITTED, AcceptedDelivery, tell, wake_for
from ..reports.status_notification import ReportedOutcome
from . import schedule


def deliver_here(tx: Tx, envelope: Envelope, targets: list[Target], owner: str, now: int) -> None:
    """Deliver leased recipients whose mailboxes are here, and say so to who wants to hear it.

    An alias may lead elsewhere: what it became is queued in its place. Nothing is delivered whose
    lease has ended: somebody may have been told that it was cancelled.
    """
    held = queue_work.renew(tx, [envelope.id], owner, now, schedule.LEASE)
    targets = [target for target in targets if target.id in held]
    message = contents.prepare_stored(tx, envelope.content)
    delivery = AcceptedDelivery(tx, envelope, message, b"", SUBMITTED)
    told: dict[str, list[Target]] = {dsn.DELIVERED: [], dsn.FAILED: []}
    for target in targets:
        legs = delivery.serve(target)
        _take_over(target, legs)
        if not queue_work.finish(tx, target, owner, now):
            continue
        action = dsn.FAILED if target.state == queue.FAILED else dsn.DELIVERED
        _note(tx, envelope, target, now, action)
        if len(legs) == 1 and legs[0].state != queue.QUEUED:
            told[action].append(target)
            continue
        for leg in legs:
            queue.add_recipient(tx, envelope, leg)
            if leg.state == queue.FAILED:
                told[dsn.FAILED].append(leg)
        wake_for(tx, legs)
    for action, served in told.items():
        tell(tx, envelope, ReportedOutcome(action, served, now))
    tell(tx, envelope, ReportedOutcome(dsn.EXPANDED, delivery.expanded, now))


def _take_over(target: Target, legs: list[Target]) -> None:
    """What became of a recipient that became others: for itself it is done."""
    target.remote = ""
    if len(legs) == 1 and legs[0].state != queue.QUEUED:
        leg = legs[0]
        target.state, target.status, target.diagnostic = leg.state, leg.status, leg.diagnostic
        return
    target.state, target.status = queue.DELIVERED, "2.0.0"
    target.diagnostic = "An alias of " + ", ".join(leg.address for leg in legs[:3])


def _note(tx: Tx, envelope: Envelope, target: Target, now: int, action: str) -> None:
    events.add(
        tx,
        QueueEvent(
            envelope.id, target.id, now, events.TRIED, action, target.status,
            words=target.diagnostic,
        ),
    )  # fmt: skip
