"""NOTIFY (RFC 5465): a client is told what happens in any mailbox, with no command running."""

from __future__ import annotations

from functools import partial

from lemonade_server.imap import states
from lemonade_server.imap.changes.sync import sync
from lemonade_server.imap.ext.lists import response
from lemonade_server.imap.ext.notify.grammar import NotifyRequest, notify_set
from lemonade_server.imap.ext.notify.metadata_changes import EntryDigests
from lemonade_server.imap.ext.notify.registration import (
    OVERFLOW,
    EventReport,
    Notifications,
    first_items,
)
from lemonade_server.imap.ext.status import status_line
from lemonade_server.imap.hooks import resumed
from lemonade_server.imap.mailboxes.listing import Entry, Tree, entry
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.store.db import Tx
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.syntax import astring

NEEDS = ("condstore", "fetch_items", "lists", "status")

NOTIFY = Capability(b"NOTIFY", rfc=5465)
KEPT_OCTETS = 16_384  # of a registration that a resumable session keeps


@command(b"NOTIFY", states=states.LOGGED_IN, capability=NOTIFY)
async def notify(session: Session, args: Cursor) -> Ok:
    """Tell from now on exactly what is asked for, in place of what was asked for before.

    SET first tells all that waits in the selected mailbox, as NOOP would without NOTIFY (§3.1).
    """
    args.sp()
    if args.word(b"NONE"):
        args.end()
        session.keep(Notifications(session.account, None, [], partial(_say, session)))
        return Ok(b"nothing is told any more")
    if not args.word(b"SET"):
        raise Bad("NOTIFY is followed by SET or NONE")
    await _begin(session, args)
    return Ok(b"you will be told")


@resumed
async def restore(session: Session, text: str) -> None:
    """Go on with the NOTIFY of a session that is resumed; ``text`` is what was behind its SET."""
    try:
        await _begin(session, Cursor(text.encode("latin-1"), utf8=session.dialect.utf8))
    except (Bad, No):
        begun = session.find(Notifications)
        if begun is not None:
            begun.give_up(session)
        else:
            session.ok(b"NOTIFICATIONOVERFLOW", OVERFLOW)


async def _begin(session: Session, args: Cursor) -> None:
    text = args.text[args.pos :]
    asked = notify_set(args)
    account, say = session.account, partial(_say, session)
    wanted = Notifications(account, asked.selected, asked.groups, say)
    if b"{" not in text and len(text) <= KEPT_OCTETS:
        wanted.text = text.decode("latin-1")

    def look(tx: Tx) -> tuple[Tree, EntryDigests, bytes]:
        tree = Tree.read(tx, account)
        told = EventReport(denied=wanted.denied(tree))
        if asked.status:
            told.counters = _first_status(session, tree, wanted)
        return tree, wanted.noted(tx, tree), say(tx, tree, told)

    if asked.groups:
        tree, noted, lines = await session.read(look)
        wanted.watched(tree)
    await _catch_up(session, asked)
    session.keep(wanted)
    if asked.groups:
        wanted.begin(tree, noted, session.service.hints, session.conn.poke)
        await session.send(lines)


async def _catch_up(session: Session, asked: NotifyRequest) -> None:
    """End the NOTIFY before, and say what the client was not told because of it."""
    session.drop(Notifications)
    plan = asked.selected.plan if asked.selected is not None else None
    if plan is not None and plan.modseq:
        session.count_modseqs()
    if session.view is not None:
        session.view.dirty = True
        await sync(session, expunge=True)


def _first_status(
    session: Session, tree: Tree, wanted: Notifications
) -> list[tuple[MailboxRow, list[bytes]]]:
    """The counters of each mailbox whose messages are watched, but for the selected one (§3.1)."""
    selected = session.view.mailbox if session.view is not None else None
    rows = [row for row in wanted.watched(tree) if row.id != selected]
    return [
        (row, first_items(wanted.events(row.name, tree), modseqs=session.dialect.modseqs))
        for row in rows
    ]


def _say(session: Session, tx: Tx, tree: Tree, told: EventReport) -> bytes:
    """LIST responses, then STATUS responses, then METADATA responses without values."""
    lines = [
        b"* %b\r\n"
        % response(b"LIST", Entry(name, None, [b"\\NoAccess"]), session.dialect.mailbox(name))
        for name in told.denied
    ]
    for name, old in told.names:
        line = response(b"LIST", entry(tree, name), session.dialect.mailbox(name))
        extra = b' ("OLDNAME" (%b))' % session.dialect.mailbox(old) if old else b""
        lines.append(b"* %b%b\r\n" % (line, extra))
    for row, items in told.counters:
        lines.append(b"* %b\r\n" % status_line(tx, session.dialect.mailbox(row.name), row, items))
    for name, entries in told.entries:
        place = session.dialect.mailbox(name) if name else b'""'
        listed = b" ".join(astring(entry.encode()) for entry in entries)
        lines.append(b"* METADATA %b %b\r\n" % (place, listed))
    return b"".join(lines)
