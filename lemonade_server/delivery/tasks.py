"""The Celery tasks of delivery. Each may be lost, doubled or late without harm."""

from __future__ import annotations

import time

from celery import shared_task

from lemonade_server import urlauth
from lemonade_server.store import erase as erasing
from lemonade_server.store import queue
from lemonade_server.store.db import snapshot, transaction

from . import relay as relaying
from . import schedule
from .wake import wake

SWEPT = 200
PRUNED = 500


@shared_task(name="lemonade_server.delivery.tasks.relay", ignore_result=True)
def relay(submission: int) -> None:
    """Pass one submission on, if it is due and nobody does it already."""
    relaying.relay(submission)


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
    """Erase contents and octets that nobody has used for an hour, and tickets long expired."""
    erasing.sweep()
    with transaction() as tx:
        urlauth.purge(tx, int(time.time()))
