"""Writing down what became of recipients that were tried, and telling the sender."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic
from typing import TypeVar

import structlog
from django.db import DatabaseError

from lemonade_server.store import events, queue, queue_work
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.events import QueueEvent
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.store.shared_commit import run_shared
from lemonade_server.wire import dsn

from ..acceptance import tell
from ..relay.replies import HostReply
from ..reports.status_notification import ReportedOutcome
from . import schedule

log = structlog.get_logger()

T = TypeVar("T")

PAUSE = 1.0
"""Seconds between two tries to write what must be written."""

DELAYED, BY_PASSED = "D", "B"
"""What ``Target.told`` says that the sender has heard."""


@dataclass(slots=True)
class Attempt:
    """The answers to one group of recipients, and which host gave them."""

    targets: list[Target]
    answers: list[HostReply]
    host: str = ""


def record(envelope: Envelope, tried: Attempt, owner: str) -> None:
    """Write what became of a group, and send the reports about it.

    What was passed on is written first and by itself: it must not be sent again, whatever happens
    to a report. Nobody else is given up without one: when it can't be stored, they wait for the
    next attempt.
    """
    now = int(time.time())
    passed: list[tuple[Target, HostReply]] = []
    others: list[tuple[Target, HostReply]] = []
    for target, answer in zip(tried.targets, tried.answers, strict=True):
        target.status, target.diagnostic, target.remote = answer.status, answer.text, tried.host
        (passed if answer.is_yes else others).append((target, answer))
    if passed:
        relayed = _pass_on(envelope, passed, owner, now)
        _report_relayed(envelope, relayed, now)
    if others:
        try:
            with transaction() as tx:
                _settle(tx, envelope, others, owner, now)
        except Exception:
            log.exception("report_failed", submission=envelope.id)
            _put_off(others, owner, now)
    for target in tried.targets:
        log.info(
            "relay",
            submission=envelope.id,
            recipient=target.address,
            host=target.remote,
            answer=target.diagnostic,
        )


def _event(envelope: Envelope, target: Target, now: int, action: str) -> QueueEvent:
    return QueueEvent(
        envelope.id, target.id, now, events.TRIED, action,
        target.status, target.remote, target.diagnostic,
    )  # fmt: skip


def _pass_on(
    envelope: Envelope, passed: list[tuple[Target, HostReply]], owner: str, now: int
) -> list[tuple[Target, HostReply]]:
    """Mark those that a host has taken; the ones that were still ours to mark."""

    def job(tx: Tx) -> list[tuple[Target, HostReply]]:
        marked = []
        for target, answer in passed:
            target.state = queue.RELAYED
            if queue_work.finish(tx, target, owner, now):
                marked.append((target, answer))
        events.add(tx, *(_event(envelope, target, now, dsn.RELAYED) for target, _ in marked))
        return marked

    return _persist(job)


def _persist(job: Callable[[Tx], T]) -> T:
    """What ``job`` returns once it is written. What a host has taken would be sent again otherwise,
    so nothing else is done before, be the database locked or its disk full. Raises its errors.
    """
    until = monotonic() + schedule.INSISTENCE
    while True:
        try:
            return run_shared(job)
        except (DatabaseError, StoreFull, Unavailable) as error:
            if monotonic() > until:
                raise
            log.exception("not_recorded", error=str(error))
            time.sleep(PAUSE)


def _report_relayed(envelope: Envelope, relayed: list[tuple[Target, HostReply]], now: int) -> None:
    """Tell of those for which the next host will not report success itself, where wished; and of
    all when the host can't keep what was asked of it (RFC 2852 §4.1.4).
    """
    wished = [target for target, answer in relayed if not answer.dsn and not answer.notice]
    noticed = [target for target, answer in relayed if answer.notice]
    outcomes = [
        ReportedOutcome(dsn.RELAYED, wished, now),
        ReportedOutcome(dsn.RELAYED, noticed, now, always=True),
    ]
    if not any(target.wants("SUCCESS") for target in wished) and not noticed:
        return
    try:
        with transaction() as tx:
            for outcome in outcomes:
                tell(tx, envelope, outcome)
    except Exception:
        log.exception("report_failed", submission=envelope.id)


def _settle(
    tx: Tx, envelope: Envelope, others: list[tuple[Target, HostReply]], owner: str, now: int
) -> None:
    """Mark those that were not taken, with the reports, in one transaction."""
    told: dict[str, list[Target]] = {}
    for target, answer in others:
        # As it is known now; the recipient's last status may say more.
        event = _event(envelope, target, now, "")
        event.action = _settle_one(tx, envelope, target, answer, owner, now, told)
        if event.action:
            events.add(tx, event)
    for action, targets in told.items():
        until = envelope.begins_at + schedule.LIFETIME if action == dsn.DELAYED else None
        tell(tx, envelope, ReportedOutcome(action, targets, now, until))


def _settle_one(
    tx: Tx,
    envelope: Envelope,
    target: Target,
    answer: HostReply,
    owner: str,
    now: int,
    told: dict[str, list[Target]],
) -> str:
    """Write one recipient's new state; what it is, empty when it was no longer ours to write.

    A recipient whose lease is somebody else's by now is theirs to report, too.
    """
    again = None
    if answer.code // 100 == 4:
        again = schedule.next_attempt(envelope, target.attempts, now)
        target.status = target.status if again else "4.4.7"
    if again is None:
        if target.status == "4.4.7" and envelope.is_urgent:
            target.status = "5.4.7"
        target.state = queue.FAILED
        if not queue_work.finish(tx, target, owner, now):
            return ""
        told.setdefault(dsn.FAILED, []).append(target)
        return dsn.FAILED
    notice = _notice(envelope, target, now)
    if not queue_work.retry(tx, target, owner, again):
        return ""
    if notice is not None:
        told.setdefault(dsn.DELAYED, []).append(notice)
    return dsn.DELAYED


def _notice(envelope: Envelope, target: Target, now: int) -> Target | None:
    """The recipient as a delay is to be reported of it, once; None when it is not."""
    if envelope.by_at is not None and now >= envelope.by_at and BY_PASSED not in target.told:
        target.told += BY_PASSED
        return replace(target, status="4.4.7")  # RFC 2852 §4.1.3
    if now >= envelope.begins_at + schedule.DELAY and DELAYED not in target.told:
        target.told += DELAYED
        return target
    return None


def _put_off(others: list[tuple[Target, HostReply]], owner: str, now: int) -> None:
    with transaction() as tx:
        for target, _ in others:
            target.told = ""
            queue_work.retry(tx, target, owner, now + schedule.pause(target.attempts))
