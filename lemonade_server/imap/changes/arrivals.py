"""New messages, told by what NOTIFY and search contexts asked to be fetched of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from lemonade_server.imap.context_news import judge, tell
from lemonade_server.imap.fetch.plan import Plan, attribute_plan, merged
from lemonade_server.imap.fetch.stream import send_messages
from lemonade_server.wire.cursor import Cursor

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed


async def follow(session: Session, view: View, changed: Sequence[Changed], known: int) -> None:
    """Tell ADDTO, REMOVEFROM and FETCH after changes; new are the UIDs from ``known`` on.

    FETCH comes before ADDTO (RFC 5465 §7) unless NOTIFY has asked for items, too: then all items
    are in one FETCH behind it (§5.2). Of messages that this client made nothing is fetched.
    """
    contexts, notify = session.contexts, session.notify
    updates = [] if contexts is None else await judge(session, contexts, view, changed, known)
    own: set[int] = set()
    plans: dict[int, list[Plan]] = {}
    for_all: Plan | None = None
    if notify is not None:
        own.update(notify.own(view.mailbox))
        for_all = notify.plan
    if contexts is not None:
        own.update(contexts.own)
        contexts.own.clear()
    new = [row[0] for row in changed if row[0] >= known and row[4] not in own]
    if for_all is not None:
        plans = {uid: [for_all] for uid in sorted(new)}
    for context, update in updates:
        if context.plan is not None:
            for uid in sorted({uid for _, uid in update.new}.intersection(new)):
                plans.setdefault(uid, []).append(context.plan)
    if for_all is not None:
        tell(session, view, updates)
    if plans:
        await _fetch(session, view, plans)
    if for_all is None:
        tell(session, view, updates)


async def _fetch(session: Session, view: View, plans: dict[int, list[Plan]]) -> None:
    """One FETCH a message; neighbours of which the same is asked go together."""
    together: list[int] = []
    asked: list[Plan] = []
    for uid in sorted(plans):
        if together and plans[uid] != asked:
            await send_messages(session, view, _merged(session, asked), together)
            together = []
        asked = plans[uid]
        together.append(uid)
    await send_messages(session, view, _merged(session, asked), together)


def _merged(session: Session, plans: Sequence[Plan]) -> Plan:
    """The items of some plans, and MODSEQ once CONDSTORE is enabled (RFC 7162 §3.1): it is a FETCH
    that no command brought.
    """
    if session.condstore and not any(plan.modseq for plan in plans):
        plans = [*plans, _modseq_plan()]
    return merged(plans)


@cache
def _modseq_plan() -> Plan:
    return attribute_plan(Cursor(b"(MODSEQ)"))
