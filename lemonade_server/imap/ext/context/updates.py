"""What is told of search contexts when messages come, change or go (RFC 5267 §4.3).

What arrives or changes is judged context by context, all in one read. A context whose program
depends on the clock or on other messages, or in whose order messages move, is searched anew as a
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lemonade_server.store.errors import Gone, Refused
from lemonade_server.wire.context_update import Update
from lemonade_server.wire.syntax import quoted_string

if TYPE_CHECKING:
    from lemonade_server.imap.ext.context.context import Context
    from lemonade_server.imap.ext.context.contexts import Contexts
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed
    from lemonade_server.store.db import Tx

MANY = 200
"""Messages whose texts are read without asking the threads for long reads."""


def tell_expunged(session: Session, contexts: Contexts, view: View, gone: Sequence[int]) -> None:
    """Messages are gone, and their numbers are still what they were (§4.3.4)."""
    for context in contexts.live.values():
        _say(session, view, context, Update(context.among(gone)))


async def judge(
    session: Session, contexts: Contexts, view: View, changed: Sequence[Changed], known: int
) -> list[tuple[Context, Update]]:
    """What is different after messages came (from UID ``known`` on) or got other flags."""
    arrived = [row[0] for row in changed if row[0] >= known]
    flagged = [row[0] for row in changed if row[0] < known and view.sequence(row[0])]

    def look(tx: Tx, context: Context) -> Update:
        if context.follows_all:
            return context.searched(tx, view.mailbox, view.uidnext - 1)
        uids = arrived + flagged if context.follows_flags else arrived
        return context.judged(tx, view.mailbox, uids) if uids else Update()

    contexts.largest = view.largest()
    slow = len(changed) > MANY
    return await _find_updates(session, contexts, list(contexts.live.values()), look, slow=slow)


async def refresh(session: Session, contexts: Contexts, view: View) -> None:
    """Search anew what depends on the clock, or on which message is the last one."""
    moved = contexts.largest != view.largest()
    if not contexts.due and not moved:
        return
    stale = [
        context
        for context in contexts.live.values()
        if (contexts.due and context.follows_clock) or (moved and context.follows_others)
    ]
    contexts.due, contexts.largest = False, view.largest()

    def look(tx: Tx, context: Context) -> Update:
        return context.searched(tx, view.mailbox, view.uidnext - 1)

    tell(session, view, await _find_updates(session, contexts, stale, look, slow=True))


def tell(session: Session, view: View, updates: list[tuple[Context, Update]]) -> None:
    """Tell updates, and take them as told."""
    for context, update in updates:
        _say(session, view, context, update)


def _say(session: Session, view: View, context: Context, update: Update) -> None:
    if update:
        session.conn.write(context.line(view, update))
        context.take(update)


async def _find_updates(
    session: Session,
    contexts: Contexts,
    asked: list[Context],
    look: Callable[[Tx, Context], Update],
    *,
    slow: bool,
) -> list[tuple[Context, Update]]:
    """Ask ``look`` for each context in one read; those that take too long are given up."""
    if not asked:
        return []

    def job(tx: Tx) -> list[Update | None]:
        updates: list[Update | None] = []
        for context in asked:
            try:
                updates.append(look(tx, context))
            except Gone:  # which the session hears by itself
                updates.append(Update())
            except Refused:
                updates.append(None)
        return updates

    slow = slow and any(context.reads_text for context in asked)
    try:
        updates = await (session.db.read_long(job) if slow else session.db.read(job))
    except Exception:
        for context in list(contexts.live.values()):
            _give_up(session, contexts, context)
        raise
    different: list[tuple[Context, Update]] = []
    for context, update in zip(asked, updates, strict=True):
        if update is None:
            _give_up(session, contexts, context)
        elif update:
            different.append((context, update))
    return different


def _give_up(session: Session, contexts: Contexts, context: Context) -> None:
    """Keep it up no longer, and say so (§4.3.1)."""
    contexts.cancel(context.tag)
    refuse(session, context.tag)


def refuse(session: Session, tag: bytes) -> None:
    """Tell that a search's result is not kept up (§4.3.1)."""
    session.untagged(b"NO [NOUPDATE %b] its result is not kept up" % quoted_string(tag))
