"""The product's Celery application in a hurry, so that a test need not wait for long leases.

Only for ``celery -A tests.delivery.hurried``: what imports it has the short times too.
"""

from __future__ import annotations

from lemonade_server.delivery.queue import schedule
from lemonade_server.project.celery import app

__all__ = ["app"]

schedule.LEASE = schedule.TURN = 4
schedule.RENEWAL = 1
schedule.SWEEP = 1
