"""The Celery tasks of delivery. Each may be lost, doubled or late without harm."""

from __future__ import annotations

import random
import time
from threading import BoundedSemaphore

from celery import shared_task
from django.conf import settings

from lemonade_server import urlauth
from lemonade_server.store import erase as erasing
from lemonade_server.store import queue, resumption
from lemonade_server.store.db import snapshot, transaction

from . import relay as relaying
from . import schedule
from .wake import wake

SWEPT = 200
PRUNED = 500


AT_ONCE = 12
"""Submissions that a worker passes on at a time. It has more threads than that (see
``project/processes.py``): hosts that take their time must not keep the webmail's tasks waiting."""

_room = BoundedSemaphore(AT_ONCE)


@shared_task(name="lemonade_server.delivery.tasks.relay", ignore_result=True)
def relay(submission: int) -> None:
    """Pass one submission on, if it is due and nobody does it already; then others that are due.

    When there is no room it is left to those who look for more once they are done.
    """
    if not _room.acquire(blocking=False):
        return
    try:
        following: int | None = submission
        while following is not None and relaying.relay(following):
            following = _any_due()
    finally:
        _room.release()


def _any_due() -> int | None:
    """One of the oldest: chance keeps the threads from all reaching for the same."""
    with snapshot() as tx:
        found = queue.due(tx, int(time.time()), AT_ONCE)
    return random.choice(found) if found else None


@shared_task(name="lemonade_server.delivery.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Find what is due: retries whose time has come, leases of dead workers, lost hints."""
    with snapshot() as tx:
        found = queue.due(tx, int(time.time()), SWEPT)
    for submission in found:
        wake(submission)


@shared_task(name="lemonade_server.delivery.tasks.prune", ignore_result=True)
def prune() -> None:
    """Let go of submissions that were finished long ago, and of their contents."""
    before = int(time.time()) - schedule.KEPT
    pruned = PRUNED
    while pruned == PRUNED:
        with transaction() as tx:
            pruned = queue.prune(tx, before, PRUNED)


@shared_task(name="lemonade_server.delivery.tasks.erase", ignore_result=True)
def erase() -> None:
    """Erase contents and octets that nobody has used for an hour, and tickets long expired.

    Sessions go that can't be resumed any more.
    """
    erasing.sweep()
    now = int(time.time())
    with transaction() as tx:
        urlauth.purge(tx, now)
        resumption.purge(tx, now - settings.LEMONADE.reconnect_minutes * 60)
