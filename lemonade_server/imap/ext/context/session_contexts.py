"""The contexts of a session, told whenever its mailbox has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lemonade_server.imap.ext.context.contexts import Contexts
from lemonade_server.imap.ext.context.updates import judge, refresh, tell, tell_expunged
from lemonade_server.imap.extension_state import Arrivals

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed


class SessionContexts(Contexts):
    """Contexts with the hooks that tell their updates."""

    def expunging(self, session: Session, view: View, gone: Sequence[int]) -> None:
        tell_expunged(session, self, view, gone)

    async def synced(self, session: Session, view: View) -> None:
        await refresh(session, self, view)

    async def arrivals(
        self, session: Session, view: View, changed: Sequence[Changed], known: int
    ) -> Arrivals:
        """ADDTO and REMOVEFROM, and what is fetched of messages that are new in a result."""
        updates = await judge(session, self, view, changed, known)
        own = set(self.own)
        self.own.clear()
        plans = [
            (uid, context.plan)
            for context, update in updates
            if context.plan is not None
            for uid in sorted({uid for _, uid in update.new})
        ]
        return Arrivals(own, plans=plans, tell=lambda: tell(session, view, updates))
