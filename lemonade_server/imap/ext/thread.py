"""THREAD and UID THREAD (RFC 5256): ORDEREDSUBJECT, REFERENCES and REFS.

thread = ["UID" SP] "THREAD" SP algorithm SP charset program
"""

from __future__ import annotations

import re

from lemonade_server.imap import states
from lemonade_server.imap.ext.filters import read_program
from lemonade_server.imap.ext.inprogress import read_long
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.search.program import as_numbers
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store import mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.store.mail_threads import threads
from lemonade_server.store.search import search as find
from lemonade_server.store.search_tree import All, without_needless
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.thread_tree import render

NEEDS = ("filters", "inprogress")

_NUMBER = re.compile(rb"[0-9]+")
ALGORITHMS = (b"ORDEREDSUBJECT", b"REFERENCES", b"REFS")
THREAD = tuple(
    capability(Capability(b"THREAD=" + name, 5256, states.LOGGED_IN)) for name in ALGORITHMS
)


@command(b"THREAD", states=states.SELECTED, expunge=False)
async def thread(session: Session, cursor: Cursor) -> Ok:
    """The messages that a program finds, by number, as threads."""
    return await _thread(session, cursor, by_uid=False)


@command(b"UID THREAD", states=states.SELECTED)
async def uid_thread(session: Session, cursor: Cursor) -> Ok:
    """The messages that a program finds, by UID, as threads."""
    return await _thread(session, cursor, by_uid=True)


async def _thread(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    view = session.selected
    algorithm = cursor.sp().keyword()
    if algorithm not in ALGORITHMS:
        raise Bad("the algorithms are ORDEREDSUBJECT, REFERENCES and REFS")
    reading, node = await read_program(session, view, cursor.sp(), charset_first=True)
    if reading.modseq:
        session.count_modseqs()
    upto = view.uidnext - 1
    name = algorithm.decode("ascii")

    def job(tx: Tx) -> bytes:
        row = mailboxes.get(tx, view.mailbox)
        if row is not None and row.uidnext - 1 == upto and without_needless(node) == All():
            told = session.service.threads.find(tx, row, name)
            return told if by_uid else _with_numbers(told, view)
        uids = find(tx, view.mailbox, node, upto)
        numbers = uids if by_uid else as_numbers(view, uids)
        return render(threads(tx, view.mailbox, uids, numbers, name))

    found = await read_long(session, job)
    await session.send(b"* THREAD%b%b\r\n" % (b" " if found else b"", found))
    return Ok(b"THREAD completed")


def _with_numbers(told: bytes, view: View) -> bytes:
    """Threads with message numbers where they have UIDs."""
    uids = view.uids
    if not uids or (uids[0], uids[-1]) == (1, len(uids)):  # they are the same
        return told
    words = {b"%d" % uid: b"%d" % number for number, uid in enumerate(uids, 1)}
    return _NUMBER.sub(lambda found: words[found[0]], told)
