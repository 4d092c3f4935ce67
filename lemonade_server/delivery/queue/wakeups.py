"""Telling a worker that there is work. Only a hint: what is lost, the sweep finds."""

from __future__ import annotations

from time import monotonic

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

RELAY = "lemonade_server.delivery.tasks.relay"
STALE = 30
"""Seconds after which a hint that nobody took is worth nothing: the sweep has been there."""

PAUSE = 30.0
"""Seconds for which a broker that failed is left alone: nobody waits for it twice."""

log = structlog.get_logger()


class _Broker:
    """Whether the broker is worth a try."""

    broken_until = 0.0


def wake(place: str) -> None:
    """Ask for what is due at a place to be passed on now. Never fails; a broken broker costs one
    try.
    """
    if monotonic() < _Broker.broken_until:
        return
    try:
        current_app.send_task(RELAY, [place], retry=False, expires=STALE, ignore_result=True)
    except (OperationalError, OSError) as error:
        _Broker.broken_until = monotonic() + PAUSE
        log.warning("wake_lost", place=place, error=str(error))
