"""Stores that fall ill under a test in its own process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError

from lemonade_server.store import vendor
from lemonade_server.store.outages import outages


class _Broken(Exception):
    """What a driver raises when its server is gone: it has no state to tell."""

    sqlstate = None


def _fail(*_: Any) -> Any:
    error = OperationalError("the connection is closed")
    error.__cause__ = _Broken()
    raise error


@contextmanager
def database_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No statement is answered, neither the store's nor Django's own."""
    with monkeypatch.context() as patch, connection.execute_wrapper(_fail):
        patch.setattr(vendor, "execute", _fail)
        patch.setattr(outages, "_all", {})
        patch.setattr(outages, "any", False)
        yield


@contextmanager
def disk_full() -> Iterator[None]:
    """The embedded database can't become larger; skips the test on another one."""
    if connection.vendor != "sqlite":
        pytest.skip("how full the disk of PostgreSQL is, is its own business")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # or rows that are gone have left room
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
