"""Logs: one line an event on standard error, from structlog and the standard library alike."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
"""Controls (line ends and escape sequences too), what is not seen or turns the order of what is,
and halves of surrogates, which no stream takes."""


def escape(value: Any) -> Any:
    """A value without control characters in any text of it; ``\\x1b`` stands for ESC."""
    if isinstance(value, str):
        return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), value)
    if isinstance(value, dict):
        return {escape(key): escape(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [escape(each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return escape(str(value))


def _escape(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """One event is one line, whatever strangers have said. Tracebacks keep theirs, indented."""
    trace = event.pop("exception", None)
    for key in list(event):
        event[escape(key)] = escape(event.pop(key))
    if trace is not None:
        lines = [escape(line) for line in str(trace).split("\n")]
        event["exception"] = "\n    ".join(lines)
    return event


def _show() -> list[Processor]:
    """Colours for a person at a terminal, ``key=value`` for a file."""
    if sys.stderr.isatty():
        return [
            structlog.processors.format_exc_info,
            _escape,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
    return [
        structlog.processors.format_exc_info,
        _escape,
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
