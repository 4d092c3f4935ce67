"""A mailbox is opened: what is read of it, and how a session enters the selected state."""

from __future__ import annotations

from array import array
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from lemonade_server.imap import hooks
from lemonade_server.imap.changes.known_uids import Ranges
from lemonade_server.imap.session import Session
from lemonade_server.imap.uid_arrays import current_uids
from lemonade_server.imap.view import View
from lemonade_server.store import mailboxes, messages
from lemonade_server.store.changes import Changes, changes_since
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.ids import Modseq, Uid
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.rights import WRITING

SMALL = 5_000  # messages up to which the first unseen one is looked for (UNSEEN is optional)


@dataclass(slots=True)
class Position:
    """Up to where a client knows a mailbox. ``known`` None stands for ``1:<UIDNEXT - 1>``."""

    uidvalidity: int
    modseq: int
    known: Ranges | None


@dataclass(slots=True)
class SelectParameter:
    """A parameter of SELECT: the mode that the session enters, if any; since when changes are read
    together with the mailbox, and what is said of them.
    """

    mode: bytes = b""
    since: Position | None = None
    answer: Callable[[Session, View, Changes], Awaitable[None]] | None = None


ParameterGrammar = Callable[[Session, Cursor], SelectParameter]
SELECT_PARAMETERS: dict[bytes, ParameterGrammar] = {}


def select_parameter(name: bytes) -> Callable[[ParameterGrammar], ParameterGrammar]:
    """Register a parameter: called with the cursor behind its name."""

    def register(function: ParameterGrammar) -> ParameterGrammar:
        SELECT_PARAMETERS[name] = function
        return function

    return register


@dataclass(slots=True)
class MailboxSnapshot:
    """What one read of the store tells about a mailbox that is opened."""

    row: MailboxRow
    uids: array[int]
    first_unseen: int | None
    changes: Changes | None
    rights: str
    notings: list[hooks.Noting]


def look(tx: Tx, session: Session, row: MailboxRow, since: Position | None) -> MailboxSnapshot:
    """All that is said of a mailbox when it is opened; changes only if UIDVALIDITY is the same."""
    uids = current_uids(tx, session.service.arrays, row)
    first_unseen = None
    if row.unseen and row.messages <= SMALL:
        first_unseen = messages.first_unseen(tx, row.id)
    changes = None
    if since is not None and since.uidvalidity == row.uidvalidity:
        changes = changes_since(tx, row.id, Modseq(since.modseq), since.known)
    rights = mailboxes.rights(tx, session.account, row)
    notings = hooks.read_with_mailbox(tx, session, row.id)
    return MailboxSnapshot(row, uids, first_unseen, changes, rights, notings)


async def enter(session: Session, opened: MailboxSnapshot, name: str, read_only: bool) -> View:
    """Enter the selected state. ``name`` as the client typed it. Raises Gone."""
    view = _view(opened, name, read_only)
    view.reader = session.account
    if not session.dialect.recent:  # it takes \Recent from nobody
        view.recent = []
    await _claim_recent(session, view, opened.row)
    session.select(view)
    for note in opened.notings:
        note(session)
    return view


def _view(opened: MailboxSnapshot, name: str, read_only: bool) -> View:
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
