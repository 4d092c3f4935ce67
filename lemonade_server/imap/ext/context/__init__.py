"""CONTEXT=SEARCH and CONTEXT=SORT: results that are kept up (RFC 5267 §4).

The return option CONTEXT is a hint that needs nothing here: what a search finds is computed from
indexes and folded columns each time.
"""

from __future__ import annotations

from array import array

from lemonade_server.imap import states
from lemonade_server.imap.ext.context.context import Context
from lemonade_server.imap.ext.context.session_contexts import SessionContexts
from lemonade_server.imap.ext.context.updates import refuse
from lemonade_server.imap.ext.esearch import Option, Result, nothing, return_option
from lemonade_server.imap.fetch.plan import attribute_plan
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.sorting import by_relevancy
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

NEEDS = ("esearch", "fetch_items")

CONTEXT_SEARCH = capability(Capability(b"CONTEXT=SEARCH", 5267, states.LOGGED_IN))
CONTEXT_SORT = capability(Capability(b"CONTEXT=SORT", 5267, states.LOGGED_IN, beside=(b"SORT",)))


def _update(cursor: Cursor) -> Option:
    """UPDATE, with items to be fetched of new messages (RFC 5465 §7)."""
    plan = attribute_plan(cursor.sp()) if cursor.peek(2) == b" (" else None

    def keep_up(session: Session, view: View, result: Result) -> None:
        """Keep the result of this command up, or say that it can't be.

        What changed while it was searched for is judged once more when the client is told of it.
        """
        if plan is not None and plan.modseq:
            session.count_modseqs()
        contexts = session.find(SessionContexts)
        if contexts is None:
            contexts = SessionContexts(session.conn.poke)
            session.keep(contexts)
        tag, keys = session.call.tag, result.keys
        if by_relevancy(keys or ()):  # a place among others would have to be judged for all of them
            refuse(session, tag)
            return
        uids = array("I", result.uids)
        context = Context(tag, result.by_uid, result.node, keys, plan, uids, result.where)
        if not contexts.add(context, view.largest()):
            refuse(session, tag)

    return Option(nothing, check=check_tag, keep_up=keep_up, refuse=_refuse)


def check_tag(session: Session) -> None:
    """Raises Bad when UPDATE is asked for under the tag of a context that lives (§4.3)."""
    contexts = session.find(SessionContexts)
    if contexts is not None and session.call.tag in contexts.live:
        raise Bad("a search with this tag is still updated: choose another one")


def _refuse(session: Session) -> None:
    refuse(session, session.call.tag)


return_option(b"CONTEXT", lambda _: Option(nothing))
return_option(b"UPDATE", _update)


@command(b"CANCELUPDATE", states=states.SELECTED, capability=CONTEXT_SEARCH)
async def cancelupdate(session: Session, cursor: Cursor) -> Ok:
    """Send no further updates of the named searches; names that are none are passed over."""
    tags = cursor.sp().all(Cursor.string)
    cursor.end()
    contexts = session.find(SessionContexts)
    if contexts is not None:
        for tag in tags:
            contexts.cancel(tag)
    return Ok(b"no further updates")
