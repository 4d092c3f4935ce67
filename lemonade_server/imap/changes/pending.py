"""Tells what changed since a client was last told, while a command runs and while none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemonade_server.imap.changes.sync import sync

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session


async def tell_changes(session: Session, *, expunge: bool) -> None:
    """Tell what changed: of the selected mailbox as ``sync`` does, of others as extensions do."""
    states = session.extension_states
    if all(state.tells_selected(session) for state in states):
        at_once = any(state.expunges_at_once for state in states)
        await sync(session, expunge=expunge or at_once)
    for state in states:
        await state.tell(session)
