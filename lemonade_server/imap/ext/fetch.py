"""FETCH and UID FETCH (RFC 3501 §6.4.5; CHANGEDSINCE and VANISHED of RFC 7162 §3.1.4, §3.2.6).

What a session still numbers can be fetched by its number for an hour after somebody else expunged
it (RFC 2180 §4.1.1): only then is a client that was not told of it yet not refused. By UID it is
not there any more, and passed over.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from lemonade_server.imap import states
from lemonade_server.imap.ext.messagelimit import newest, with_limit
from lemonade_server.imap.fetch.packed_flags import send_flags
from lemonade_server.imap.fetch.plan import fetch_request
from lemonade_server.imap.fetch.stream import send_messages
from lemonade_server.imap.registry import Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.changes import changes_since
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No
from lemonade_server.wire.numset import NumSet

NEEDS = ("fetch_body", "fetch_items", "messagelimit")


@command(b"FETCH", states=states.SELECTED, expunge=False)
async def fetch(session: Session, cursor: Cursor) -> Ok:
    """Data of some messages, by number."""
    return await _fetch(session, cursor, by_uid=False)


@command(b"UID FETCH", states=states.SELECTED)
async def uid_fetch(session: Session, cursor: Cursor) -> Ok:
    """Data of some messages, by UID; a UID that is not there is passed over."""
    return await _fetch(session, cursor, by_uid=True)


async def _fetch(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    view = session.selected
    numbers = cursor.sp().numset()
    cursor.sp()
    # UIDFETCH begins with the UID.
    request = fetch_request(cursor, by_uid=by_uid and view.dialect.numbers)
    if request.check is not None:
        request.check(session.enabled, request, by_uid)
    uids = view.resolve(numbers, by_uid)
    if request.partial is not None:  # before CHANGEDSINCE chooses among them (RFC 9394 §3.4)
        uids = array("I", request.partial.cut(uids))
    uids, limit = newest(session, uids)
    if request.plan.modseq:
        session.count_modseqs()
    if request.changed_since is not None:
        uids = await _changed_uids(
            session, view, numbers, uids, request.changed_since, request.vanished
        )
    if await send_flags(session, view, request.plan.names, uids):
        return with_limit(session, Ok(b"FETCH completed"), limit)
    missing = await send_messages(session, view, request.plan, uids, expunged=not by_uid)
    if missing and not by_uid:
        raise No("some of the messages were expunged meanwhile", b"EXPUNGEISSUED")
    return with_limit(session, Ok(b"FETCH completed"), limit)


async def _changed_uids(
    session: Session,
    view: View,
    numbers: NumSet,
    uids: array[int],
    since: int,
    vanished: bool,
) -> array[int]:
    """Which of ``uids`` changed; says first what vanished, when that is asked for.

    ``*`` is the highest UID ever given: the last messages may be the very ones that vanished.
    """
    known = numbers.resolve(view.uidnext - 1) if vanished and not numbers.saved else None
    changes = await session.read(lambda tx: changes_since(tx, view.mailbox, since, known))
    if changes is None:
        raise No("the mailbox is gone", b"NONEXISTENT")
    if vanished:
        # What the client still counts among its messages is told later, without EARLIER.
        gone = list(outside(changes.vanished, view.uids))
        if gone:
            session.untagged(b"VANISHED (EARLIER) " + numset.from_ranges(gone))
    return array("I", [uid for uid, *_ in changes.changed if _contains(uids, uid)])


def _contains(uids: array[int], uid: int) -> bool:
    """Whether ascending UIDs hold this one."""
    at = bisect_left(uids, uid)
    return at < len(uids) and uids[at] == uid


def outside(ranges: Sequence[tuple[int, int]], uids: array[int]) -> Iterator[tuple[int, int]]:
    """What is left of ascending ranges without some ascending UIDs."""
    for low, high in ranges:
        for uid in uids[bisect_left(uids, low) : bisect_right(uids, high)]:
            if uid > low:
                yield low, uid - 1
            low = uid + 1
        if low <= high:
            yield low, high
