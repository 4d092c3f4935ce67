"""Logs: one line an event on standard error, from structlog and the standard library alike."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import Processor

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _show() -> list[Processor]:
    """Colours for a person at a terminal, ``key=value`` for a file."""
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer()]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.LogfmtRenderer(
            key_order=["timestamp", "level", "logger", "event"], bool_as_flag=False
        ),
    ]


def _is_news(record: logging.LogRecord) -> bool:
    """Not that /healthz said 503: that is its answer to whoever asked, not an error."""
    path = getattr(getattr(record, "request", None), "path", "")
    return not (path == "/healthz" and getattr(record, "status_code", 0) == 503)


def _is_told_elsewhere(record: logging.LogRecord) -> bool:
    """Whether the line tells of a store that is away, as a thousand others do: once is enough."""
    from .outage_log import outage_of

    store, reason = outage_of(record)
    if store:
        from lemonade_server.store.outages import outages

        outages.begin(store, reason)
    return bool(store)


def configure() -> dict[str, Any]:
    """Set structlog up; returns the value of Django's LOGGING."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_show(),
                ],
            }
        },
        "filters": {
            "outages": {
                "()": "django.utils.log.CallbackFilter",
                "callback": lambda record: not _is_told_elsewhere(record),
            },
            "news": {"()": "django.utils.log.CallbackFilter", "callback": _is_news},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["outages"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "lemonade_server": {"level": "INFO"},
            "webmail": {"level": "INFO"},
            # Django's own handlers would mail the admins; errors of requests belong in the log.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"level": "ERROR", "filters": ["news"]},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }
