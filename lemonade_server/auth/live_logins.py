"""The connections of this process that are logged in, and their end when the login ends.

A login ends when the account is disabled or deleted, its password changed or the app password
revoked that proved it, here, in another process or on another host. A hint tells which account to
look at; every few seconds all are looked at, for a hint that was lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from time import monotonic

import structlog
from django.db.utils import Error

from lemonade_server.directory.accounts import Identity, living_app_passwords
from lemonade_server.store.db import Database
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.hints import Hints
from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import accounts as sql
from lemonade_server.store.tx import Tx

log = structlog.get_logger()

POLL = 5.0
"""Seconds between two looks at all accounts."""

AT_ONCE = 500
"""Accounts that are read at a time."""

RECENT = 60.0
"""Seconds in which a login may have begun before a hint of its account, and be noted after it."""

End = Callable[[], None]


class LiveLogins:
    """Who is logged in by which connection. From the event loop only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._logins: dict[AccountId, dict[int, tuple[Identity, End]]] = {}
        self._next = 0
        self._hinted: dict[AccountId, float] = {}
        self._checks: set[asyncio.Task[None]] = set()
        self._poll: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] | None = None

    def start(self, hints: Hints, every: float = POLL) -> None:
        """Listen for accounts that were changed, and look at all of them now and then."""
        self._unlisten = hints.watch_accounts(self.notice)
        self._poll = asyncio.get_running_loop().create_task(self._polling(every))

    def close(self) -> None:
        """Stop looking."""
        if self._unlisten is not None:
            self._unlisten()
        for task in (self._poll, *self._checks):
            if task is not None:
                task.cancel()

    def watch(self, identity: Identity, end: End) -> Callable[[], None]:
        """Call ``end`` once when the login has ended; returns what forgets the connection."""
        self._next += 1
        number, account = self._next, identity.id
        self._logins.setdefault(account, {})[number] = identity, end
        if monotonic() - self._hinted.get(account, -RECENT) < RECENT:
            self._look([account])

        def unwatch() -> None:
            found = self._logins.get(account, {})
            found.pop(number, None)
            if not found:
                self._logins.pop(account, None)

        return unwatch

    def notice(self, accounts: Iterable[AccountId]) -> None:
        """These accounts were changed, perhaps."""
        now = monotonic()
        self._hinted = {one: at for one, at in self._hinted.items() if now - at < RECENT}
        for account in accounts:
            self._hinted[account] = now
        self._look([account for account in accounts if account in self._logins])

    def _look(self, accounts: list[AccountId]) -> None:
        if not accounts:
            return
        task = asyncio.get_running_loop().create_task(self._judge(accounts))
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    async def _judge(self, accounts: list[AccountId]) -> None:
        """End the logins of these accounts that hold no longer."""
        of_apps = {
            identity.app_password
            for account in accounts
            for identity, _ in self._logins.get(account, {}).values()
            if identity.app_password
        }

        def look(tx: Tx) -> tuple[dict[AccountId, int], set[int]]:
            living = living_app_passwords(tx, list(of_apps)) if of_apps else set()
            return dict(tx.rows(sql.STANDING, (accounts,))), living

        try:
            epochs, living = await self._database.read(look)
        except (Error, StoreFull) as error:
            log.warning("logins not looked at", error=str(error))
            return
        except Unavailable:  # that is logged already
            return
        for account in accounts:
            for number, (login, end) in list(self._logins.get(account, {}).items()):
                if login.app_password:  # it outlives the account's own password
                    # One that began since is looked at next time.
                    is_over = account not in epochs or login.app_password in of_apps - living
                else:
                    is_over = epochs.get(account) != login.login_epoch
                if is_over:
                    self._logins[account].pop(number, None)
                    end()
            if not self._logins.get(account, True):
                del self._logins[account]

    async def _polling(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            accounts = list(self._logins)
            for start in range(0, len(accounts), AT_ONCE):
                await self._judge(accounts[start : start + AT_ONCE])
