"""SELECT, EXAMINE, CLOSE, UNSELECT (RFC 3501 §6.3.1, §6.4.2, RFC 3691) and their parameters."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from lemonade_server.imap import states
from lemonade_server.imap.ext.imap4rev2 import say_list
from lemonade_server.imap.ext.objectid import mailbox_id
from lemonade_server.imap.ext.qresync import Resync, answer, resync_parameter
from lemonade_server.imap.fetch.flag_lines import say_flag_lists
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import ANNOTATE, Session
from lemonade_server.imap.view import View
from lemonade_server.store import mailboxes, messages
from lemonade_server.store.changes import Changes, changes_since
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.ids import Modseq, Uid
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.message_annotations import LONGEST_VALUE
from lemonade_server.urlauth import find_key
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.rights import WRITING

UNSELECT = Capability(b"UNSELECT", rfc=3691)
SMALL = 5_000  # messages up to which the first unseen one is looked for (UNSEEN is optional)


@dataclass(slots=True)
class Opened:
    """What one read of the store tells about a mailbox that is opened."""

    row: MailboxRow
    uids: array[int]
    first_unseen: int | None
    changes: Changes | None
    access_key: int
    rights: str


@command(b"SELECT", states=states.LOGGED_IN)
async def select(session: Session, args: Cursor) -> Ok | None:
    """Open a mailbox for reading and writing."""
    return await _open(session, args, read_only=False)


@command(b"EXAMINE", states=states.LOGGED_IN)
async def examine(session: Session, args: Cursor) -> Ok | None:
    """Open a mailbox without the power to change anything, \\Recent included (B-14)."""
    return await _open(session, args, read_only=True)


async def _open(session: Session, args: Cursor, read_only: bool) -> Ok:
    """Read everything in one transaction, say it, and leave no mailbox selected on failure."""
    name = args.sp().typed_mailbox()
    condstore, annotate, resync = _parameters(session, args)
    args.end()
    if session.view is not None:
        session.deselect()
        session.ok(b"CLOSED", b"the mailbox before is closed")
    session.enabled.discard(ANNOTATE)
    opened = await session.read(lambda tx: _read(tx, session, name, resync))
    view = await enter(session, opened, name, read_only)
    if condstore:
        session.enabled.add(b"CONDSTORE")
    if annotate:
        session.enabled.add(ANNOTATE)
    _say(session, view, opened)
    if session.rev2:
        await say_list(session, name)
    if resync is not None and opened.changes is not None:
        await answer(session, view, resync, opened.changes)
    if view.read_only:
        return Ok(b"opened for reading", b"READ-ONLY")
    return Ok(b"opened", b"READ-WRITE")


def _parameters(session: Session, args: Cursor) -> tuple[bool, bool, Resync | None]:
    """``(CONDSTORE)``, ``(ANNOTATE)`` and ``(QRESYNC (…))``, in any order. Raises Bad."""
    condstore = annotate = False
    resync: Resync | None = None
    if not args.maybe(b" ("):
        return condstore, annotate, resync
    while True:
        name = args.keyword()
        if name == b"CONDSTORE":
            condstore = True
        elif name == b"ANNOTATE":
            annotate = True
        elif name == b"QRESYNC" and resync is None:
            resync = resync_parameter(session, args)
        else:
            raise Bad("an unknown or repeated parameter")
        if args.maybe(b")"):
            return condstore, annotate, resync
        args.sp()


def _read(tx: Tx, session: Session, name: str, resync: Resync | None) -> Opened:
    row = mailboxes.need(tx, session.account, name, "r")
    if row.noselect:
        raise No("there is no such mailbox", b"NONEXISTENT")
    return look(tx, session, row, resync)


def look(tx: Tx, session: Session, row: MailboxRow, resync: Resync | None) -> Opened:
    """All that is said of a mailbox when it is opened; changes only if UIDVALIDITY is the same."""
    uids = session.service.arrays.find(row.id, row.modseq)
    if uids is None:
        uids = messages.uids(tx, row.id)
    first_unseen = None
    if row.unseen and row.messages <= SMALL:
        first_unseen = messages.first_unseen(tx, row.id)
    changes = None
    if resync is not None and resync.uidvalidity == row.uidvalidity:
        changes = changes_since(tx, row.id, Modseq(resync.modseq), resync.known)
    access_key, _ = find_key(tx, session.account, row.id)
    rights = mailboxes.rights(tx, session.account, row)
    return Opened(row, uids, first_unseen, changes, access_key, rights)


async def enter(session: Session, opened: Opened, name: str, read_only: bool) -> View:
    """Enter the selected state. ``name`` as the client typed it. Raises Gone."""
    view = _view(opened, name, read_only)
    view.reader = session.account
    if session.rev2:  # knows no \Recent, and takes it from nobody
        view.recent = []
    await _claim_recent(session, view, opened.row)
    session.select(view)
    return view


def _view(opened: Opened, name: str, read_only: bool) -> View:
    row = opened.row
    recent = [(int(row.recent_from), int(row.uidnext))] if row.recent_from < row.uidnext else []
    return View(
        mailbox=row.id,
        account=row.account,
        name=name,
        uidvalidity=row.uidvalidity,
        uids=opened.uids,
        modseq=row.modseq,
        uidnext=row.uidnext,
        read_only=read_only or not set(opened.rights).intersection(WRITING),
        examined=read_only,
        keywords=row.keywords,
        recent=recent,
        access_key=opened.access_key,
        rights=opened.rights,
    )


async def _claim_recent(session: Session, view: View, row: MailboxRow) -> None:
    """Take \\Recent for this session, so that no other one sees it; a write only when needed.

    On a full disk mail can still be read: the next session is shown the same as recent.
    """
    view.uids = session.service.arrays.share(view.mailbox, view.modseq, view.uids)
    if view.read_only or not view.recent:
        return
    upto = Uid(view.uidnext - 1)
    try:
        first = await session.db.write(lambda tx: mailboxes.claim_recent(tx, row.id, upto))
    except (StoreFull, Unavailable):
        return
    view.recent = [(first, view.uidnext)] if first < view.uidnext else []


def _say(session: Session, view: View, opened: Opened) -> None:
    """The responses of RFC 3501 §6.3.1, HIGHESTMODSEQ, URLMECH (RFC 4467 §4) and ANNOTATIONS
    (RFC 5257 §4.1).
    """
    say_flag_lists(session, view)
    session.untagged(b"%d EXISTS" % len(view.uids))
    if not session.rev2:  # both are gone from it (RFC 9051 Appendix E)
        session.untagged(b"%d RECENT" % view.recent_count())
        if not view.uid_only:
            _say_first_unseen(session, view, opened.first_unseen)
    session.ok(b"UIDVALIDITY %d" % view.uidvalidity, b"UIDs are valid")
    session.ok(b"UIDNEXT %d" % view.uidnext, b"the next UID")
    session.ok(b"HIGHESTMODSEQ %d" % view.modseq, b"the newest change")
    session.ok(mailbox_id(view.mailbox), b"its name that never changes")
    session.ok(b"URLMECH INTERNAL", b"how URLs are authorized")
    noted = b"READ-ONLY" if view.examined else b"%d" % LONGEST_VALUE
    session.ok(b"ANNOTATIONS %b" % noted, b"what can be noted on a message")


def _say_first_unseen(session: Session, view: View, uid: int | None) -> None:
    number = view.sequence(uid) if uid is not None else None
    if number is not None:
        session.ok(b"UNSEEN %d" % number, b"the first unseen message")


@command(b"CLOSE", states=states.SELECTED)
async def close(session: Session, args: Cursor) -> Ok | None:
    """Expunge without a word, unless one may not, and leave the mailbox (B-66, L-17)."""
    args.end()
    view = session.selected
    session.deselect()
    if not view.read_only and "e" in view.rights:
        await session.db.write(lambda tx: messages.expunge(tx, view.mailbox, None), frees=True)
    return None


@command(b"UNSELECT", states=states.SELECTED, capability=UNSELECT)
async def unselect(session: Session, args: Cursor) -> Ok | None:
    """Leave the mailbox and expunge nothing."""
    args.end()
    session.deselect()
    return None
