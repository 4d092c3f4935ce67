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
        if value.isascii() and value.isprintable():
            return value
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


_FIRST = ("timestamp", "level", "logger", "event")
_TRACES = ("exc_info", "exception", "stack_info")
_PLAIN = re.compile(r"[!#-<>-\[\]-~]+")
_PLAIN_WITH_BLANKS = re.compile(r"[ !#-<>-\[\]-~]+")


class _FileFormatter(structlog.stdlib.ProcessorFormatter):
    """For a file. Most events hold nothing but numbers and plain words: for these, of which each
    delivery writes one, the line is made at once, as the processors would make it.
    """

    def format(self, record: logging.LogRecord) -> str:
        event = record.msg
        line = _plain_line(event) if isinstance(event, dict) else None
        return super().format(record) if line is None else line


def _plain_line(event: dict[str, Any]) -> str | None:
    """None for an event that needs the processors."""
    made: list[str] = []
    for key in (*_FIRST, *(key for key in event if key not in _FIRST)):
        value = event.get(key)
        if key in _TRACES:
            return None
        if value is True or value is False:
            value = "true" if value else "false"
        elif type(value) is int or type(value) is float:
            value = str(value)
        elif not isinstance(value, str):
            return None
        elif not _PLAIN.fullmatch(value):
            if not _PLAIN_WITH_BLANKS.fullmatch(value):
                return None
            value = f'"{value}"'
        if not _PLAIN.fullmatch(key):
            return None
        made.append(f"{key}={value}")
    return " ".join(made)


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
        structlog.processors.LogfmtRenderer(key_order=list(_FIRST), bool_as_flag=False),
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
                "()": structlog.stdlib.ProcessorFormatter
                if sys.stderr.isatty()
                else _FileFormatter,
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
