"""What a wall clock that was set back leaves in the queue: times that no one could have meant.

A retry in a day, a lease of a day, a place left alone until tomorrow. What somebody named a time
for is due at that time all the same.
"""

from __future__ import annotations

import time

import structlog

from lemonade_server.store import destinations, queue_work
from lemonade_server.store.clock import clock
from lemonade_server.store.db import transaction

from . import schedule

log = structlog.get_logger()

LONGEST_PAUSE = int(schedule.PAUSES[-1] * (1 + schedule.JITTER)) + schedule.MINUTE


class _MendedStep:
    """After which step, and whether all that it takes is done: ``None`` before the first look."""

    state: tuple[int, bool] | None = None


def lapsed_by(now: int) -> int:
    """Leases that ended by then are over.

    None is for a while after a step: one put forward makes the leases of the living look old.
    """
    return now if clock.since_step() >= schedule.LEASE else 0


def mend() -> None:
    """Bring such times to now: once in a process, and after each step that it has noticed.

    Leases only when the living have renewed theirs since.
    """
    state = clock.steps(), clock.since_step() >= schedule.LEASE
    if state == _MendedStep.state:
        return
    now = int(time.time())
    with transaction() as tx:
        count = queue_work.mend_times(tx, now, LONGEST_PAUSE)
        destinations.mend_times(tx, now, LONGEST_PAUSE)
        if state[1]:
            queue_work.mend_leases(tx, now, now + 2 * schedule.LEASE)
            destinations.mend_leases(tx, now + 4 * schedule.TURN)
    if state[0] or count:
        log.warning("clock_was_set", recipients_brought_forward=count)
    _MendedStep.state = state
