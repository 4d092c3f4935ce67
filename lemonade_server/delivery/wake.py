"""Telling a worker that there is work. Only a hint: what is lost, the sweep finds."""

from __future__ import annotations

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

RELAY = "lemonade_server.delivery.tasks.relay"
STALE = 30
"""Seconds after which a hint that nobody took is worth nothing: the sweep has been there."""

log = structlog.get_logger()


def wake(submission: int) -> None:
    """Ask for the submission to be relayed now. Never fails and never waits for the broker."""
    try:
        current_app.send_task(RELAY, [submission], retry=False, expires=STALE, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("wake_lost", submission=submission, error=str(error))
