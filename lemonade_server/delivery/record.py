"""Writing down what became of recipients that were tried, and telling the sender."""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog

from lemonade_server.store import queue
from lemonade_server.store.db import Tx, retried, transaction
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import dsn

from . import schedule
from .accept import tell
from .client import Answer
from .report import Outcome

log = structlog.get_logger()


@dataclass(slots=True)
class Tried:
    """The answers to one group of recipients, and which host gave them."""

    targets: list[Target]
    answers: list[Answer]
    host: str = ""


def record(envelope: Envelope, tried: Tried, owner: str) -> None:
    """Write what became of a group, and send the reports about it.

    What was passed on is written first and by itself: it must not be sent again, whatever happens
    to a report. Nobody else is given up without one: when it can't be stored, they wait for the
    next attempt.
    """
    now = int(time.time())
    passed: list[tuple[Target, Answer]] = []
    others: list[tuple[Target, Answer]] = []
    for target, answer in zip(tried.targets, tried.answers, strict=True):
        target.status, target.diagnostic, target.remote = answer.status, answer.text, tried.host
        (passed if answer.code // 100 == 2 else others).append((target, answer))
    relayed = _pass_on(passed, owner, now)
    try:
        _settle(envelope, others, relayed, owner, now)
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


def _pass_on(passed: list[tuple[Target, Answer]], owner: str, now: int) -> list[Target]:
    """Mark those that a host has taken; the ones of which it will not report itself."""

    def job(tx: Tx) -> list[Target]:
        relayed = []
        for target, answer in passed:
            target.state = queue.RELAYED
            if queue.finish(tx, target, owner, now) and not answer.dsn:
                relayed.append(target)
        return relayed

    return retried(job)


def _settle(
    envelope: Envelope,
    others: list[tuple[Target, Answer]],
    relayed: list[Target],
    owner: str,
    now: int,
) -> None:
    """Mark those that were not taken, with the reports, in one transaction."""
    told: dict[str, list[Target]] = {dsn.RELAYED: relayed}
    with transaction() as tx:
        for target, answer in others:
            action = _settle_one(tx, envelope, target, answer, owner, now)
            if action:
                told.setdefault(action, []).append(target)
        for action, targets in told.items():
            until = envelope.arrived_at + schedule.LIFETIME if action == dsn.DELAYED else None
            tell(tx, envelope, Outcome(action, targets, now, until))


def _settle_one(
    tx: Tx, envelope: Envelope, target: Target, answer: Answer, owner: str, now: int
) -> str | None:
    """Write one recipient's new state; what its sender may want to hear about it.

    A recipient whose lease is somebody else's by now is theirs to write and to report.
    """
    again = None
    if answer.code // 100 == 4:
        again = schedule.next_attempt(envelope.arrived_at, target.attempts, now)
        target.status = target.status if again else "4.4.7"
    if again is None:
        target.state = queue.FAILED
        return dsn.FAILED if queue.finish(tx, target, owner, now) else None
    kept = queue.retry(tx, target, owner, again)
    return dsn.DELAYED if kept and target.attempts == schedule.DELAY_ATTEMPT else None


def _put_off(others: list[tuple[Target, Answer]], owner: str, now: int) -> None:
    with transaction() as tx:
        for target, _ in others:
            queue.retry(tx, target, owner, now + schedule.pause(target.attempts))
