"""The search contexts of a selected mailbox: who is told what, and when (RFC 5267 §4.3).

What arrives or changes is judged context by context, all in one read. A context whose program
depends on the clock or on other messages is searched anew as a whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from lemonade_server.store.errors import Gone
from lemonade_server.wire.context_update import Update
from lemonade_server.wire.errors import No
from lemonade_server.wire.syntax import quoted

if TYPE_CHECKING:
    from lemonade_server.store.changes import Changed
    from lemonade_server.store.db import Tx
    from lemonade_server.store.ids import MailboxId, Modseq

    from .arrivals import Fetch
    from .context import Context
    from .session import Session
    from .view import View

MOST = 20
"""Contexts of one session."""

MOST_HELD = 1_000_000
"""Messages in all contexts of one session: four octets each."""

MOST_OWN = 10_000
"""Changes of its own that a session remembers until it is told of them."""

EVERY = 60.0
"""Seconds between two looks at what depends on the clock (RFC 5032 §2 allows such a delay)."""

MANY = 200
"""Messages whose texts are read without asking the threads for long reads."""


class Contexts:
    """All contexts of a selected mailbox; they end when it is left.

    ``own`` are mod-sequences that this session's commands took: of messages that it made itself
    nothing is fetched (RFC 5465 §5.2). ``wake`` is called when the clock asks for a look.
    """

    def __init__(self, fetch: Fetch, wake: Callable[[], None]) -> None:
        self.fetch = fetch
        self.live: dict[bytes, Context] = {}
        self.own: set[Modseq] = set()
        self._wake = wake
        self._timer: asyncio.TimerHandle | None = None
        self._due = False
        self._largest = 0

    def __bool__(self) -> bool:
        return bool(self.live)

    def add(self, context: Context, view: View) -> bool:
        """Keep a context up from now on; False when there are too many already."""
        kept = sum(len(each.results) for each in self.live.values())
        if len(self.live) >= MOST or kept + len(context.results) > MOST_HELD:
            return False
        self.live[context.tag] = context
        self._largest = view.largest()
        self._set_timer()
        return True

    def cancel(self, tag: bytes) -> None:
        """Keep this context up no longer; it is no error if there is none."""
        self.live.pop(tag, None)
        self._set_timer()

    def close(self) -> None:
        """The mailbox is left."""
        self.live.clear()
        self._set_timer()

    def acted(self, hinted: Mapping[MailboxId, Modseq], mailbox: MailboxId) -> None:
        """Note the mod-sequence that a command of this session took."""
        if mailbox in hinted:
            if len(self.own) >= MOST_OWN:
                self.own.clear()
            self.own.add(hinted[mailbox])

    def _set_timer(self) -> None:
        """Look at the clock while a context follows it, and only then."""
        wanted = any(context.follows_clock for context in self.live.values())
        if wanted and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY, self._ring)
        elif not wanted and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        self._due = True
        self._set_timer()
        self._wake()

    # -- what is told ---------------------------------------------------------------------

    def expunged(self, session: Session, view: View, gone: Sequence[int]) -> None:
        """Messages are gone, and their numbers are still what they were (§4.3.4)."""
        for context in self.live.values():
            _say(session, view, context, Update(context.among(gone)))

    async def changed(
        self, session: Session, view: View, changed: Sequence[Changed], known: int
    ) -> list[tuple[Context, Update]]:
        """What is different after messages came (from UID ``known`` on) or got other flags."""
        arrived = [row[0] for row in changed if row[0] >= known]
        flagged = [row[0] for row in changed if row[0] < known and view.sequence(row[0])]

        def look(tx: Tx, context: Context) -> Update:
            if context.follows_all:
                return context.searched(tx, view.mailbox, view.uids)
            uids = arrived + flagged if context.follows_flags else arrived
            return context.judged(tx, view.mailbox, uids) if uids else Update()

        self._largest = view.largest()
        slow = len(changed) > MANY
        return await self._looked(session, list(self.live.values()), look, slow=slow)

    async def refresh(self, session: Session, view: View) -> None:
        """Search anew what depends on the clock, or on which message is the last one."""
        moved = self._largest != view.largest()
        if not self._due and not moved:
            return
        stale = [
            context
            for context in self.live.values()
            if (self._due and context.follows_clock) or (moved and context.follows_others)
        ]
        self._due, self._largest = False, view.largest()

        def look(tx: Tx, context: Context) -> Update:
            return context.searched(tx, view.mailbox, view.uids)

        for context, update in await self._looked(session, stale, look, slow=True):
            _say(session, view, context, update)

    def say(self, session: Session, view: View, updates: list[tuple[Context, Update]]) -> None:
        """Tell updates, and take them as told."""
        for context, update in updates:
            _say(session, view, context, update)

    async def _looked(
        self,
        session: Session,
        contexts: list[Context],
        look: Callable[[Tx, Context], Update],
        *,
        slow: bool,
    ) -> list[tuple[Context, Update]]:
        """Ask ``look`` for each context in one read; those that take too long are given up."""
        if not contexts:
            return []

        def job(tx: Tx) -> list[Update | None]:
            updates: list[Update | None] = []
            for context in contexts:
                try:
                    updates.append(look(tx, context))
                except Gone:  # which the session hears by itself
                    updates.append(Update())
                except No:
                    updates.append(None)
            return updates

        slow = slow and any(context.reads_text for context in contexts)
        try:
            updates = await (session.db.read_long(job) if slow else session.db.read(job))
        except Exception:
            for context in list(self.live.values()):
                self.give_up(session, context)
            raise
        different: list[tuple[Context, Update]] = []
        for context, update in zip(contexts, updates, strict=True):
            if update is None:
                self.give_up(session, context)
            elif update:
                different.append((context, update))
        return different

    def give_up(self, session: Session, context: Context) -> None:
        """Keep it up no longer, and say so (§4.3.1)."""
        self.cancel(context.tag)
        refuse(session, context.tag)


def _say(session: Session, view: View, context: Context, update: Update) -> None:
    if update:
        session.conn.write(context.line(view, update))
        context.take(update)


def refuse(session: Session, tag: bytes) -> None:
    """Tell that a search's result is not kept up (§4.3.1)."""
    session.untagged(b"NO [NOUPDATE %b] its result is not kept up" % quoted(tag))
