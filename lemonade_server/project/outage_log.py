"""Which lines of the log tell of a store that is away.

Libraries log each try with a traceback, or in words of their own. What they mean is told once when
it begins and once when it is over (``store/outages.py``).
"""

from __future__ import annotations

import logging
import sys

from kombu.exceptions import OperationalError as BrokerError

from lemonade_server.store import vendor
from lemonade_server.store.errors import DATABASE, REDIS, StoreFull, Unavailable, is_full

BROKER = "Celery broker"
DISK = "room on the disk"

_SAYINGS = {
    "celery.worker.consumer.consumer": ("Cannot connect to", "Connection to broker lost"),
    "celery.beat": ("Connection error", "Message Error"),
    "kombu.connection": ("Connection",),
}
"""What stands in the lines by which a logger tells that its broker is away."""


def outage_of(record: logging.LogRecord) -> tuple[str, str]:
    """The store that is away and why; empty when the line tells of something else."""
    store, reason = outage_behind(_error_of(record))
    if store:
        return store, reason
    sayings = _SAYINGS.get(record.name, ())
    text = record.getMessage().partition("\n")[0] if sayings else ""
    if any(saying in text for saying in sayings):
        return BROKER, text
    return "", ""


def outage_behind(error: BaseException | None) -> tuple[str, str]:
    """The store that is away and why; empty when the error, or its cause, is of another kind."""
    while error is not None:
        if store := _store_of(error):
            return store, str(error)
        error = error.__cause__ or error.__context__
    return "", ""


def _error_of(record: logging.LogRecord) -> BaseException | None:
    """That of the standard library's ``exc_info``, or of structlog's."""
    told = record.msg.get("exc_info") if isinstance(record.msg, dict) else record.exc_info
    if told is True:
        return sys.exc_info()[1]
    if isinstance(told, tuple):
        told = told[1]
    return told if isinstance(told, BaseException) else None


def _store_of(error: BaseException) -> str:
    if isinstance(error, Unavailable):
        return error.store
    if isinstance(error, StoreFull) or is_full(error):
        return DISK
    if _is_of_redis(error):
        return REDIS
    if isinstance(error, BrokerError):
        return BROKER
    return DATABASE if vendor.is_away(error) else ""


def _is_of_redis(error: BaseException) -> bool:
    """Without loading the library, which takes its time, where nobody uses Redis."""
    library = sys.modules.get("redis")
    return library is not None and isinstance(error, library.ConnectionError | library.TimeoutError)
