"""SEARCH and UID SEARCH (RFC 3501 §6.4.4), with RETURN of RFC 4731 and SAVE of RFC 5182."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from lemonade_server.imap import states
from lemonade_server.imap.ext.esearch import (
    Matches,
    Options,
    Result,
    all_of_it,
    check_options,
    esearch_line,
    is_silent,
    keep_up,
    reported_uids,
    return_options,
    save_uids,
    wants_saving,
)
from lemonade_server.imap.ext.filters import read_program
from lemonade_server.imap.ext.fuzzy import check_relevancy
from lemonade_server.imap.ext.messagelimit import with_limit
from lemonade_server.imap.ext.search.matching import Search
from lemonade_server.imap.registry import Ok, command
from lemonade_server.imap.search.program import refuse_charset
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store import messages
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import StoreError
from lemonade_server.store.ids import MailboxId, Uid
from lemonade_server.store.message_fields import MessageField
from lemonade_server.store.search import search as find
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No

NEEDS = ("esearch", "filters", "fuzzy", "inprogress", "messagelimit", "search_keys")

AT_ONCE = 1_000


@command(b"SEARCH", states=states.SELECTED, expunge=False)
async def search(session: Session, cursor: Cursor) -> Ok:
    """The numbers of the messages that a program finds."""
    return await _search(session, cursor, by_uid=False)


@command(b"UID SEARCH", states=states.SELECTED)
async def uid_search(session: Session, cursor: Cursor) -> Ok:
    """The UIDs of the messages that a program finds."""
    return await _search(session, cursor, by_uid=True)


async def _search(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    view = session.selected
    options = return_options(cursor.sp())
    check_options(session, options)
    if options is not None:
        cursor.sp()
    elif session.dialect.esearch:
        options = all_of_it()
    refuse_charset(session.dialect, cursor)
    try:
        reading, node = await read_program(session, view, cursor)
        if reading.modseq:
            session.count_modseqs()
        check_relevancy(reading, options)
        memory = session.service.search_memory
        search = Search(session, view, reading, node, options, by_uid, limited=True)
        found, limit = await search.run(
            lambda tx, node, upto, scores, part: find(
                tx, view.mailbox, node, upto, scores=scores, part=part, memory=memory
            )
        )
    except (No, StoreError):
        save_uids(view, options, [])
        raise
    if options is None:
        modseq = await highest(session, view.mailbox, found.uids) if reading.modseq else 0
        await session.send(result_line(b"SEARCH", found.numbers, modseq))
    else:
        await tell(session, view, options, found, by_uid=by_uid, modseq=reading.modseq)
        keep_up(session, view, options, Result(node, None, found.uids, by_uid))
    return with_limit(session, Ok(b"SEARCH completed"), limit)


async def tell(
    session: Session, view: View, options: Options, found: Matches, *, by_uid: bool, modseq: bool
) -> None:
    """Answer what RETURN asked for; ``modseq`` says that the program has such a key."""
    if wants_saving(options):
        save_uids(view, options, reported_uids(options, found))
    if not is_silent(options):
        last = await highest(session, view.mailbox, reported_uids(options, found)) if modseq else 0
        await session.send(esearch_line(session.call.tag, by_uid, options, found, last))


def result_line(name: bytes, numbers: Sequence[int], modseq: int) -> bytes:
    """``* SEARCH`` or ``* SORT`` with the numbers, if there are any (RFC 7162 §3.1.5)."""
    tail = b" (MODSEQ %d)" % modseq if modseq else b""
    return b"* %b%b%b\r\n" % (name, numset.number_list(numbers), tail)


async def highest(session: Session, mailbox: MailboxId, uids: list[Uid]) -> int:
    """The highest mod-sequence among messages, 0 when there is none."""

    def job(tx: Tx, chunk: list[Uid]) -> int:
        return max(
            (row[1] for row in messages.rows(tx, mailbox, chunk, (MessageField.MODSEQ,))), default=0
        )

    highest = 0
    for start in range(0, len(uids), AT_ONCE):
        highest = max(
            highest, await session.read(partial(job, chunk=uids[start : start + AT_ONCE]))
        )
    return highest
