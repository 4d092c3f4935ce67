"""Tells what changed since a client was last told, while a command runs and while none does.

The selected mailbox is told by ``sync``, the others as NOTIFY asks (RFC 5465).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemonade_server.imap.changes.sync import sync
from lemonade_server.imap.notifications import Notifications, TooMany

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session

EXPUNGING = frozenset(
    (b"EXPUNGE", b"UID EXPUNGE", b"MOVE", b"UID MOVE", b"REPLACE", b"UID REPLACE")
)
"""Commands whose own answers are EXPUNGE responses: they are given whatever NOTIFY says."""


async def news(session: Session, *, expunge: bool) -> None:
    """Tell what changed: of the selected mailbox as ``sync`` does, of others as NOTIFY asks."""
    notify = session.notify
    if notify is None:
        await sync(session, expunge=expunge)
        return
    if notify.tells_selected or session.call.name in EXPUNGING:
        immediate = notify.selected is not None and notify.selected.immediate
        await sync(session, expunge=expunge or immediate)
    try:
        await _look(session, notify)
    except TooMany:
        overflow(session)


async def _look(session: Session, notify: Notifications) -> None:
    """Say what is different from what the client knows of other mailboxes. Raises TooMany."""
    while notify.dirty and notify.groups:
        notify.dirty = False
        tree, noted, lines = await session.read(
            lambda tx: notify.look(tx, session.view, condstore=session.condstore)
        )
        notify.remember(tree, noted, session.view)
        await session.send(lines)
        notify.watch(session.service.hints, session.conn.poke)
    notify.forget_own()


def overflow(session: Session) -> None:
    """Give up telling, as after NOTIFY NONE, and say so (§5.8)."""
    notify = session.notify
    if notify is not None:
        notify.close()
        notify.selected = None
        notify.groups.clear()
        notify.text = ""
    session.ok(b"NOTIFICATIONOVERFLOW", b"that is more than can be told; nothing is from now on")
