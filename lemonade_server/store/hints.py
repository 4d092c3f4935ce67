"""Hints: "mailbox 7 is at 912", "look at account 3". They only wake somebody up.

They may be lost, merged or doubled without harm, since everybody then asks the change feed. Within
a process they are calls; between processes datagrams to sockets in ``data/run/hints``, or Redis
publish/subscribe when it is configured; a slow poll of the mod-sequences covers lost ones.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeAlias

from django.db.utils import Error

from .errors import StoreFull, Unavailable
from .hint_transport import transport
from .ids import LAST_MODSEQ, AccountId, MailboxId, Modseq
from .sql import mailboxes as sql

log = logging.getLogger(__name__)


class Reading(Protocol):
    """What the poll needs of a transaction. ``Tx`` publishes hints and so stands above them."""

    def rows(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]: ...


Callback: TypeAlias = Callable[[MailboxId, Modseq], None]
AccountsCallback: TypeAlias = Callable[[list[AccountId]], None]
Reader: TypeAlias = Callable[
    [Callable[[Reading], list[tuple[Any, ...]]]], Awaitable[list[tuple[Any, ...]]]
]

POLL = 5.0
"""Seconds after which a lost hint is made good."""

NAMES_POLL = 12
"""Polls after which a lost hint about the names of mailboxes is made good."""

_listening: list[Hints] = []


def publish(changes: Mapping[MailboxId, Modseq]) -> None:
    """Tell all watchers, here and in other processes. From any thread, after the commit."""
    told = dict(changes)
    for hints in _listening:
        hints.deliver(told)
    transport().send(told)


def publish_accounts(accounts: Sequence[AccountId]) -> None:
    """Tell all who watch accounts that these may have changed. As ``publish``."""
    told = list(accounts)
    for hints in _listening:
        hints.deliver_accounts(told)
    transport().send_accounts(told)


def _modseqs(mailboxes: list[MailboxId], tx: Reading) -> list[tuple[Any, ...]]:
    return tx.rows(sql.MODSEQS, [mailboxes])


class Hints:
    """Who watches which mailbox in this process. Callbacks run in its event loop."""

    def __init__(self) -> None:
        self._watchers: dict[MailboxId, dict[int, Callback]] = {}
        self._seen: dict[MailboxId, Modseq] = {}
        self._account_watchers: dict[int, AccountsCallback] = {}
        self._next = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._poll: asyncio.Task[None] | None = None
        self._unlisten: Callable[[], None] | None = None

    def start(self, read: Reader, every: float = POLL) -> None:
        """Listen to this and other processes; poll with ``read`` (as ``Database.read``)."""
        self._loop = asyncio.get_running_loop()
        self._unlisten = transport().listen(self.notice, self.notice_accounts)
        self._poll = self._loop.create_task(self._polling(read, every))
        _listening.append(self)

    def close(self) -> None:
        """Stop listening and polling."""
        if self in _listening:
            _listening.remove(self)
        if self._unlisten is not None:
            self._unlisten()
        if self._poll is not None:
            self._poll.cancel()

    def watch(self, mailbox: MailboxId, callback: Callback) -> Callable[[], None]:
        """Call ``callback`` when the mailbox may have changed; returns what ends it."""
        self._next += 1
        number = self._next
        self._watchers.setdefault(mailbox, {})[number] = callback

        def unwatch() -> None:
            watchers = self._watchers.get(mailbox, {})
            watchers.pop(number, None)
            if not watchers:
                self._watchers.pop(mailbox, None)
                self._seen.pop(mailbox, None)

        return unwatch

    def watch_accounts(self, callback: AccountsCallback) -> Callable[[], None]:
        """Call ``callback`` with accounts that may have changed; returns what ends it.

        Nothing makes a lost hint good: who watches looks now and then.
        """
        self._next += 1
        number = self._next
        self._account_watchers[number] = callback

        def unwatch() -> None:
            self._account_watchers.pop(number, None)

        return unwatch

    def notice_accounts(self, accounts: list[AccountId]) -> None:
        """Wake those who watch accounts; in the event loop only."""
        for callback in list(self._account_watchers.values()):
            callback(accounts)

    def deliver_accounts(self, accounts: list[AccountId]) -> None:
        """As ``notice_accounts``, from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.notice_accounts, accounts)

    def notice(self, changes: Mapping[MailboxId, Modseq]) -> None:
        """Wake the watchers; in the event loop only."""
        for mailbox, modseq in changes.items():
            watchers = self._watchers.get(mailbox)
            if watchers is None:
                continue
            if modseq > self._seen.get(mailbox, 0):
                self._seen[mailbox] = modseq
            for callback in list(watchers.values()):
                callback(mailbox, modseq)

    def deliver(self, changes: dict[MailboxId, Modseq]) -> None:
        """As ``notice``, from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.notice, changes)

    async def _polling(self, read: Reader, every: float) -> None:
        rounds = 0
        while True:
            await asyncio.sleep(every)
            rounds += 1
            names_too = rounds % NAMES_POLL == 0
            watched = list(self._watchers)
            if not watched:
                continue
            try:
                found: dict[MailboxId, Modseq] = dict(await read(partial(_modseqs, watched)))
            except (Error, StoreFull) as error:
                log.warning("hints_not_polled: %s", error)
                continue
            except Unavailable:
                continue
            self.notice(
                {
                    mailbox: found.get(mailbox, LAST_MODSEQ)
                    for mailbox in watched
                    if found.get(mailbox, LAST_MODSEQ) > self._seen.get(mailbox, 0)
                    or (mailbox <= 0 and names_too)
                }
            )
