"""New messages, told by what extensions asked to be fetched of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from lemonade_server.imap.fetch.plan import Plan, attribute_plan, merge_plans
from lemonade_server.imap.fetch.stream import send_messages
from lemonade_server.wire.cursor import Cursor

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed


async def follow(session: Session, view: View, changed: Sequence[Changed], known: int) -> None:
    """Fetch what is asked for, and tell what else there is; new are the UIDs from ``known`` on.

    FETCH comes first (RFC 5465 §7) unless some items are fetched of all new messages: then all
    items are in one FETCH behind the rest (§5.2). Of messages that this client made nothing is
    fetched.
    """
    found = [
        arrivals
        for state in session.extension_states
        if (arrivals := await state.arrivals(session, view, changed, known)) is not None
    ]
    own = {modseq for each in found for modseq in each.own}
    new = {row[0] for row in changed if row[0] >= known and row[4] not in own}
    for_all = next((each.plan for each in found if each.plan is not None), None)
    plans: dict[int, list[Plan]] = {}
    if for_all is not None:
        plans = {uid: [for_all] for uid in sorted(new)}
    for each in found:
        for uid, plan in each.plans:
            if uid in new:
                plans.setdefault(uid, []).append(plan)
    tells = [each.tell for each in found if each.tell is not None]
    if for_all is not None:
        for tell in tells:
            tell()
    if plans:
        await _fetch(session, view, plans)
    if for_all is None:
        for tell in tells:
            tell()


async def _fetch(session: Session, view: View, plans: dict[int, list[Plan]]) -> None:
    """One FETCH a message; neighbours of which the same is asked go together."""
    together: list[int] = []
    asked: list[Plan] = []
    for uid in sorted(plans):
        if together and plans[uid] != asked:
            await send_messages(session, view, _merge_for_session(session, asked), together)
            together = []
        asked = plans[uid]
        together.append(uid)
    await send_messages(session, view, _merge_for_session(session, asked), together)


def _merge_for_session(session: Session, plans: Sequence[Plan]) -> Plan:
    """The items of some plans, and MODSEQ where mod-sequences are told (RFC 7162 §3.1): it is a
    FETCH that no command brought.
    """
    if session.dialect.modseqs and not any(plan.modseq for plan in plans):
        plans = [*plans, _modseq_plan()]
    return merge_plans(plans)


@cache
def _modseq_plan() -> Plan:
    return attribute_plan(Cursor(b"(MODSEQ)"))
