"""CONTEXT=SEARCH and CONTEXT=SORT: results that are kept up (RFC 5267 §4).

The return option CONTEXT is a hint that needs nothing here: what a search finds is computed from
indexes and folded columns each time.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from lemonade_server.imap import states
from lemonade_server.imap.context import Context
from lemonade_server.imap.context_news import refuse
from lemonade_server.imap.contexts import Contexts
from lemonade_server.imap.ext.esearch import Option, Options, nothing, return_option
from lemonade_server.imap.fetch.plan import attribute_plan
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.ids import Uid
from lemonade_server.store.search_tree import Node
from lemonade_server.store.sort_order import Key
from lemonade_server.store.sorting import by_relevancy
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

CONTEXT_SEARCH = capability(Capability(b"CONTEXT=SEARCH", 5267, states.LOGGED_IN))
CONTEXT_SORT = capability(Capability(b"CONTEXT=SORT", 5267, states.LOGGED_IN))


def _update(cursor: Cursor) -> Option:
    """UPDATE, with items to be fetched of new messages (RFC 5465 §7)."""
    plan = attribute_plan(cursor.sp()) if cursor.peek(2) == b" (" else None
    return Option(nothing, plan=plan)


return_option(b"CONTEXT", lambda _: Option(nothing))
return_option(b"UPDATE", _update)


def check_tag(session: Session, options: Options | None) -> None:
    """Raises Bad when UPDATE is asked for under the tag of a context that lives (§4.3)."""
    if options is None or b"UPDATE" not in options:
        return
    contexts = session.contexts
    if contexts is not None and session.call.tag in contexts.live:
        raise Bad("a search with this tag is still updated: choose another one")


def keep_up(
    session: Session,
    view: View,
    options: Options,
    node: Node,
    keys: Sequence[Key] | None,
    uids: Sequence[Uid],
    *,
    by_uid: bool,
    where: bytes = b"",
) -> None:
    """Keep the result of this command up if UPDATE asks for it, or say that it can't be.

    What changed while it was searched for is judged once more when the client is told of it.
    """
    if b"UPDATE" not in options:
        return
    plan = options[b"UPDATE"].plan
    if plan is not None and plan.modseq:
        session.enable_condstore()
    if session.contexts is None:
        session.contexts = Contexts(session.conn.poke)
    if by_relevancy(keys or ()):  # a place among others would have to be judged for all of them
        refuse(session, session.call.tag)
        return
    context = Context(session.call.tag, by_uid, node, keys, plan, array("I", uids), where)
    if not session.contexts.add(context, view.largest()):
        refuse(session, context.tag)


@command(b"CANCELUPDATE", states=states.SELECTED, capability=CONTEXT_SEARCH)
async def cancelupdate(session: Session, cursor: Cursor) -> Ok:
    """Send no further updates of the named searches; names that are none are passed over."""
    tags = cursor.sp().all(Cursor.string)
    cursor.end()
    contexts = session.contexts
    if contexts is not None:
        for tag in tags:
            contexts.cancel(tag)
    return Ok(b"no further updates")
