"""The Celery tasks of delivery. Each may be lost, doubled or late without harm."""

from __future__ import annotations

import random
import time
from threading import BoundedSemaphore

from celery import shared_task
from django.conf import settings

from lemonade_server import urlauth
from lemonade_server.auth.brake import LONGEST_WINDOW
from lemonade_server.convert import cache
from lemonade_server.store import attempts, destinations, limits, queue, queue_work, resumption
from lemonade_server.store import erase as erasing
from lemonade_server.store.clock import clock
from lemonade_server.store.contents import GRACE
from lemonade_server.store.db import snapshot, transaction

from .queue import clock_steps, courier, schedule
from .queue.wakeups import wake

SWEPT = 200
PRUNED = 500

AT_ONCE = 24
"""Places that a worker passes mail on to at a time. It has more threads than that (see
``project/processes.py``): hosts that take their time must not keep the webmail's tasks waiting."""

DOUBTFUL = 8
"""As many of them may be places that could not be reached before: the rest is for those that
answer."""

_room = BoundedSemaphore(AT_ONCE)
_doubtful_room = BoundedSemaphore(DOUBTFUL)


@shared_task(name="lemonade_server.delivery.tasks.relay", ignore_result=True)
def relay(place: str) -> None:
    """Pass on what is due at one place, then what is due at others.

    When there is no room it is left to those who look for more once they are done.
    """
    if not _room.acquire(blocking=False):
        return
    try:
        _run(place)
        while any(_run(other) for other in _due()):
            pass
    finally:
        _room.release()


def _run(place: str) -> int:
    with snapshot() as tx:
        doubtful = destinations.failures(tx, place) > 0
    if not doubtful:
        return courier.run(place)
    if not _doubtful_room.acquire(blocking=False):
        return 0
    try:
        return courier.run(place)
    finally:
        _doubtful_room.release()


def _due() -> list[str]:
    """Some places that have waited longest: chance keeps the threads from reaching for the same."""
    with snapshot() as tx:
        found = list(queue_work.due_destinations(tx, int(time.time()), AT_ONCE))
    random.shuffle(found)
    return found


@shared_task(name="lemonade_server.delivery.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Find what is due: retries whose time has come, leases of dead workers, lost hints."""
    clock_steps.mend()
    with snapshot() as tx:
        found = queue_work.due_destinations(tx, int(time.time()), SWEPT)
    for place, count in found.items():
        for _ in range(min(settings.LEMONADE.relay_connections, -(-count // courier.BATCH))):
            wake(place)


@shared_task(name="lemonade_server.delivery.tasks.erase_hidden", ignore_result=True)
def erase_hidden() -> None:
    """Erase what a big command left behind that nobody will finish; what a mailbox left that is
    gone.
    """
    if clock.since_step() >= GRACE:
        erasing.erase_hidden()


@shared_task(name="lemonade_server.delivery.tasks.prune", ignore_result=True)
def prune() -> None:
    """Let go of submissions that were finished long ago, and of their contents."""
    if clock.since_step() < GRACE:
        return
    before = int(time.time()) - schedule.KEPT
    pruned = PRUNED
    while pruned == PRUNED:
        with transaction() as tx:
            pruned = queue.prune(tx, before, PRUNED)


@shared_task(name="lemonade_server.delivery.tasks.erase", ignore_result=True)
def erase() -> None:
    """Erase contents and octets that nobody has used for an hour, and tickets long expired.

    Sessions go that can't be resumed any more, what is known of places that nobody asks for, and
    what was counted or kept back for a while. Nothing does for its age while that is in doubt.
    """
    if clock.since_step() < GRACE:
        return
    erasing.sweep()
    cache.sweep(settings.LEMONADE.data)
    now = int(time.time())
    with transaction() as tx:
        urlauth.purge(tx, now)
        resumption.purge(tx, now - settings.LEMONADE.reconnect_minutes * 60)
        destinations.clean(tx, now, now - schedule.LIFETIME)
        limits.clean(tx, now)
        attempts.clean(tx, now, LONGEST_WINDOW)
