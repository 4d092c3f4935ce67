"""Turns what changed in the selected mailbox into untagged data.

Every session resynchronizes its own mailbox: it knows up to which mod-sequence its client is told,
asks the store what came after, and this is the one place that says it. A session says EXPUNGE only
where B-01 allows it; what may not be said yet waits in ``view.expunged``.
"""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

from lemonade_server.imap import hooks
from lemonade_server.imap.changes.arrivals import follow
from lemonade_server.imap.fetch.flag_lines import LINES_AT_ONCE, say_flags
from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.imap.view import View, uids_within, without
from lemonade_server.store import mailboxes
from lemonade_server.store.changes import Changes, changes_since
from lemonade_server.store.errors import Gone, StoreFull, Unavailable
from lemonade_server.store.ids import Modseq, Uid
from lemonade_server.wire import numset

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.uid_arrays import UidArrays

DELETED = "the selected mailbox was deleted"


async def sync(session: Session, *, expunge: bool) -> None:
    """Tell the client what changed in its mailbox since it was last told.

    ``expunge`` allows EXPUNGE and VANISHED. Costs one comparison when nothing changed, and one
    statement when a change may have been missed.
    Raises Goodbye when the mailbox was deleted (B-06).
    """
    view = session.view
    if view is None:
        return
    if view.dirty:
        view.dirty = False
        view.heard = 0
        await _look(session, view, expunge)
    if expunge and view.expunged:
        await _say_expunged(session, view)
    for state in session.extension_states:
        await state.synced(session, view)


async def _look(session: Session, view: View, expunge: bool) -> None:
    """Ask for what changed and say it. Nothing is asked for while nobody has written anything."""
    version = session.db.version()
    since = view.modseq
    owed = _take_owed_flags(session)
    if owed is not None:
        since = owed
    elif version is not None and version == view.version:
        return
    changes, notings = await session.read(
        lambda tx: (
            changes_since(tx, view.mailbox, since),
            hooks.read_with_mailbox(tx, session, view.mailbox),
        )
    )
    if changes is None:
        raise Goodbye(DELETED)
    for note in notings:
        note(session)
    if changes.modseq > since:
        await _take(session, view, changes, since, expunge)
    view.version = version


async def _take(
    session: Session, view: View, changes: Changes, since: Modseq, expunge: bool
) -> None:
    """Bring the view up to ``changes`` and say so: EXPUNGE, EXISTS, RECENT, FLAGS, FETCH."""
    before, known = view.modseq, view.uidnext
    view.modseq = changes.modseq
    if gone := uids_within(view.uids, changes.vanished):
        view.expunged += changes.vanished
        for state in session.extension_states:
            state.expunging(session, view, gone)
        if expunge:
            await _say_expunged(session, view)
    arrived = array("I", sorted(row[0] for row in changes.changed if row[0] >= view.uidnext))
    view.uidnext = changes.uidnext
    if arrived:
        shared = None if view.expunged else _arrays(session).find(view.mailbox, view.modseq)
        view.uids = view.uids + arrived if shared is None else shared
        await _claim_recent(session, view)
        session.untagged(b"%d EXISTS" % len(view.uids))
        if session.dialect.recent:
            session.untagged(b"%d RECENT" % view.recent_count())
    if not view.expunged:
        view.uids = _arrays(session).share(view.mailbox, view.modseq, view.uids)
    touched = [row for row in changes.changed if row[0] < known and row[1] > row[4]]
    fresh = [row for row in touched if view.reported.get(row[0]) != row[1]]
    if not tells_flags(session):
        if fresh:
            for state in session.extension_states:
                state.flags_withheld(session, before)
        fresh.clear()
    entries = await hooks.items_of(session, view, touched, since)
    if entries:
        uids = {row[0] for row in fresh}.union(entries)
        fresh = [row for row in touched if row[0] in uids]
    view.reported.clear()
    await say_flags(session, view, fresh, entries)
    if session.extension_states:
        await follow(session, view, changes.changed, known)


def _arrays(session: Session) -> UidArrays:
    return session.service.arrays


def tells_flags(session: Session) -> bool:
    """Whether the client wants to hear of flags, as it does unless it has said otherwise."""
    return all(state.tells_flags for state in session.extension_states)


def _take_owed_flags(session: Session) -> Modseq | None:
    """The mod-sequence since when flags are owed, if they may be told now."""
    for state in session.extension_states:
        owed = state.flags_owed
        if owed is not None and tells_flags(session):
            session.drop(type(state))
            return owed
    return None


async def _claim_recent(session: Session, view: View) -> None:
    """The new messages are \\Recent in the first session that hears of them (B-14).

    On a full disk they are not: the client must be told of them all the same. Raises Goodbye when
    the mailbox was deleted since they were found.
    """
    upto = Uid(view.uidnext - 1)
    if view.read_only or not session.dialect.recent:
        return
    try:
        first = await session.db.write(lambda tx: mailboxes.claim_recent(tx, view.mailbox, upto))
    except (StoreFull, Unavailable):
        return
    except Gone as error:
        raise Goodbye(DELETED) from error
    if first <= upto:
        view.recent.append((first, upto + 1))


async def _say_expunged(session: Session, view: View) -> None:
    """Report what waits in ``view.expunged``, as VANISHED or EXPUNGE, and forget those UIDs.

    Each EXPUNGE lowers the numbers after it: three in a row bear the same number (B-05).
    """
    before = view.uids
    gone = uids_within(before, view.expunged)
    view.uids = without(before, view.expunged)
    view.expunged.clear()
    if session.dialect.vanished:
        session.untagged(b"VANISHED " + numset.from_sorted(gone))
        return
    for start in range(0, len(gone), LINES_AT_ONCE):
        part = gone[start : start + LINES_AT_ONCE]
        numbers = [bisect_left(before, uid) + 1 - n for n, uid in enumerate(part, start)]
        await session.send(b"".join([b"* %d EXPUNGE\r\n" % number for number in numbers]))
        await asyncio.sleep(0)
