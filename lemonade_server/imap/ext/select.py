"""SELECT, EXAMINE, CLOSE, UNSELECT (RFC 3501 §6.3.1, §6.4.2, RFC 3691)."""

from __future__ import annotations

from lemonade_server.imap import big_writes, hooks, states
from lemonade_server.imap.fetch.flag_lines import say_flag_lists
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.selection import (
    SELECT_PARAMETERS,
    MailboxSnapshot,
    Position,
    SelectParameter,
    enter,
    look,
)
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store import mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No

UNSELECT = Capability(b"UNSELECT", rfc=3691)


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
    parameters = _parameters(session, args)
    args.end()
    if session.view is not None:
        session.deselect()
        session.ok(b"CLOSED", b"the mailbox before is closed")
    session.end_selection_modes()
    since = next((each.since for each in parameters if each.since is not None), None)
    opened = await session.read(lambda tx: _read(tx, session, name, since))
    view = await enter(session, opened, name, read_only)
    for each in parameters:
        if each.mode:
            session.enter(each.mode, quietly=True)
    _say(session, view, opened)
    await hooks.codes.run(session, view)
    await hooks.opening.run(session, view)
    await hooks.opened.run(session, name)
    for each in parameters:
        if each.answer is not None and opened.changes is not None:
            await each.answer(session, view, opened.changes)
    if view.read_only:
        return Ok(b"opened for reading", b"READ-ONLY")
    return Ok(b"opened", b"READ-WRITE")


def _parameters(session: Session, args: Cursor) -> list[SelectParameter]:
    """Parameters in parentheses, in any order. Raises Bad."""
    found: list[SelectParameter] = []
    if not args.maybe(b" ("):
        return found
    while True:
        parse = SELECT_PARAMETERS.get(args.keyword())
        parameter = parse(session, args) if parse is not None else None
        again = parameter is not None and parameter.since is not None
        if parameter is None or (again and any(each.since is not None for each in found)):
            raise Bad("an unknown or repeated parameter")
        found.append(parameter)
        if args.maybe(b")"):
            return found
        args.sp()


def _read(tx: Tx, session: Session, name: str, since: Position | None) -> MailboxSnapshot:
    row = mailboxes.need(tx, session.account, name, "r")
    if row.noselect:
        raise No("there is no such mailbox", b"NONEXISTENT")
    return look(tx, session, row, since)


def _say(session: Session, view: View, opened: MailboxSnapshot) -> None:
    """The responses of RFC 3501 §6.3.1, and HIGHESTMODSEQ (RFC 7162 §3.1.2)."""
    say_flag_lists(session, view)
    session.untagged(b"%d EXISTS" % len(view.uids))
    if session.dialect.recent:  # both are gone from it (RFC 9051 Appendix E)
        session.untagged(b"%d RECENT" % view.recent_count())
        if view.dialect.numbers:
            _say_first_unseen(session, view, opened.first_unseen)
    session.ok(b"UIDVALIDITY %d" % view.uidvalidity, b"valid")
    session.ok(b"UIDNEXT %d" % view.uidnext, b"next")
    session.ok(b"HIGHESTMODSEQ %d" % view.modseq, b"newest")


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
        await big_writes.expunge(session.service, session.db.write, view.mailbox, None)
    return None


@command(b"UNSELECT", states=states.SELECTED, capability=UNSELECT)
async def unselect(session: Session, args: Cursor) -> Ok | None:
    """Leave the mailbox and expunge nothing."""
    args.end()
    session.deselect()
    return None
