"""An outage is told of when it begins and when it is over, however many meet it."""

from __future__ import annotations

import errno
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import structlog
from celery.worker.consumer.consumer import CONNECTION_RETRY  # type: ignore[attr-defined]
from django.db.utils import OperationalError
from django.test import Client, RequestFactory

from lemonade_server.project import trouble
from lemonade_server.project.logs import _is_told_elsewhere
from lemonade_server.store.errors import DATABASE, StoreFull, Unavailable
from lemonade_server.store.outages import Outages, outages


class Broken(Exception):
    """What a driver raises when its server is gone: it has no state to tell."""

    sqlstate = None


def away() -> OperationalError:
    error = OperationalError("the connection is closed")
    error.__cause__ = Broken()
    return error


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_it_is_told_twice(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages()
    outages.end(DATABASE)
    for _ in range(1000):
        outages.begin(DATABASE, "refused")
    clock[0] += 40
    outages.begin(DATABASE, "refused")
    outages.end(DATABASE)  # one who was asked before
    clock[0] += 2
    outages.end(DATABASE)
    outages.end(DATABASE)
    assert [record.getMessage() for record in caplog.records] == [
        "database unavailable: refused",
        "database available again after 42 s, asked in vain 1001 times",
    ]


def test_another_one_is_told_again(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    outages = Outages()
    outages.begin(DATABASE, "refused")
    clock[0] += 3600
    outages.begin(DATABASE, "refused")
    assert len(caplog.records) == 2


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The stores whose outages were found in lines of the log."""
    found: list[str] = []
    monkeypatch.setattr(outages, "begin", lambda store, reason: found.append(store))
    yield found


def record(error: BaseException | None, name: str = "x", text: Any = "failed") -> logging.LogRecord:
    exc_info = (type(error), error, None) if error is not None else None
    return logging.LogRecord(name, logging.ERROR, "", 0, text, (), exc_info)


def test_tracebacks_of_outages_are_lines_no_more(logged: list[str]) -> None:
    wrapped = RuntimeError("a task failed")
    wrapped.__context__ = Unavailable(DATABASE)
    for error in (Unavailable(DATABASE), away(), wrapped, redis.ConnectionError("refused")):
        assert _is_told_elsewhere(record(error))
    assert logged == ["database", "database", "database", "Redis"]
    logged.clear()
    full = OperationalError("database or disk is full")
    full.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    for met in (StoreFull(), full):  # the admin's pages and tasks meet it too
        assert _is_told_elsewhere(record(met))
    assert logged == ["room on the disk"] * 2
    assert not _is_told_elsewhere(record(ValueError("a bug")))
    assert not _is_told_elsewhere(record(OperationalError("no such column: x")))
    assert not _is_told_elsewhere(record(None, text="a line"))


def test_celery_tells_in_words_of_its_own(logged: list[str]) -> None:
    text = "consumer: Cannot connect to redis://: refused."
    assert _is_told_elsewhere(record(None, "celery.worker.consumer.consumer", text))
    assert not _is_told_elsewhere(record(None, "celery.worker.consumer.consumer", "Unknown task"))
    lost = record(None, "celery.worker.consumer.consumer", "%s (%r)")
    lost.args = (CONNECTION_RETRY, redis.ConnectionError("gone"))
    assert _is_told_elsewhere(lost)


def test_a_line_of_structlog_is_known_too(logged: list[str]) -> None:
    try:
        raise Unavailable(DATABASE)
    except Unavailable:
        assert _is_told_elsewhere(record(None, text={"event": "x", "exc_info": True}))
    structlog.get_logger("lemonade_server").info("unharmed")


def test_a_request_that_meets_one_is_given_a_page() -> None:
    request = RequestFactory().get("/")
    try:
        raise Unavailable(DATABASE)
    except Unavailable:
        page = trouble.server_error(request)
    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    assert b"Try again in a minute" in page.content
    try:
        raise StoreFull
    except StoreFull:
        assert b"its disk is full" in trouble.server_error(request).content
    try:
        raise ValueError("a bug")
    except ValueError:
        assert trouble.server_error(request).status_code == 500


def test_the_page_is_what_a_browser_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    def load(self: object) -> None:
        raise away()

    monkeypatch.setattr(SessionStore, "load", load)
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/")
    assert answer.status_code == 503
    assert b"Not at the moment" in answer.content
