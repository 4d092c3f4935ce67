"""Logins that are judged within the test: nothing waits, and nothing runs beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lemonade_server.auth.logins import Logins
from lemonade_server.auth.passwords.workers import Workers
from lemonade_server.directory import accounts
from lemonade_server.models.app_passwords import Scope
from lemonade_server.store.db import Tx, snapshot, transaction
from lemonade_server.store.errors import StoreFull

T = TypeVar("T")


class CallingThread:
    """A Database whose jobs run at once, inside the test's own transaction."""

    def __init__(self) -> None:
        self.writes = 0
        self.full = False

    async def read(self, job: Callable[[Tx], T]) -> T:
        with snapshot() as tx:
            return job(tx)

    async def write(self, job: Callable[[Tx], T]) -> T:
        if self.full:
            raise StoreFull
        self.writes += 1
        with transaction() as tx:
            return job(tx)


class AtOnce(Workers):
    """Work is done by whoever waits for it."""

    async def run(self, address: str, job: Callable[[], T]) -> T:
        return job()


def login(
    logins: Logins,
    password: str,
    peer: str = "10.0.0.1",
    name: str = "alice",
    scope: Scope | None = None,
) -> accounts.Identity | None:
    # Not asyncio.run: Django takes a running loop for a mistake, and there is nothing to wait for.
    coroutine = logins.password(name, password, peer, scope)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("the login waits for something")
