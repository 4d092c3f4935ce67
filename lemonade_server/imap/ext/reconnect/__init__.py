"""Quick reconnect: sessions that outlive their connection (draft-ietf-lemonade-reconnect-02).

A parameter of LOGIN and AUTHENTICATE: ``(NEWSID)`` begins a resumable session, ``(SID …)`` comes
back to it. What changed meanwhile is read from the same change feed as for QRESYNC, which the
draft later became, so both say the same (P-65). ``LOGOUT (PRESERVE)`` keeps it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import partial

from lemonade_server.imap import hooks, states
from lemonade_server.imap.changes.known_uids import intersect, plain_set
from lemonade_server.imap.ext.reconnect.leases import Leases, SessionLease, now
from lemonade_server.imap.ext.reconnect.resumption import is_offered, preserve_parameter
from lemonade_server.imap.fetch.flag_lines import permanent_flags, say_flags
from lemonade_server.imap.hooks import LoggedIn
from lemonade_server.imap.registry import Capability, Ok, capabilities, capability, login_ok
from lemonade_server.imap.selection import MailboxSnapshot, Position, enter, look
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store import flags, mailboxes, resumption
from lemonade_server.store.access import as_named_by
from lemonade_server.store.changes import Changes
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import Gone, StoreFull, Unavailable
from lemonade_server.store.resumption import Claim, State
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

RECONNECT = capability(
    Capability(
        b"X-DRAFT-W02-RECONNECT",
        rfc=0,
        when=states.ANY,
        enabled=is_offered,
        draft="draft-ietf-lemonade-reconnect-02",
    )
)


@dataclass(slots=True)
class ReconnectParameter:
    """The parameter. ``sid`` None: NEWSID. ``resync``: what the client still knows."""

    sid: bytes | None = None
    resync: Position | None = None


def login_parameter(session: Session, args: Cursor) -> LoggedIn | None:
    """``(NEWSID)`` or ``(SID id [uidvalidity mod-sequence [known-uids]])``, at the end. Bad."""
    if not is_offered(session) or not args.maybe(b" ("):
        return None
    wanted = ReconnectParameter()
    if not args.word(b"NEWSID"):
        if not args.word(b"SID"):
            raise Bad("NEWSID or SID is needed")
        wanted.sid = args.sp().astring()
        if args.maybe(b" "):
            wanted.resync = _position(args)
    if not args.maybe(b")") or not args.at_end():
        raise Bad("one of NEWSID and SID can stand here, with its arguments")
    return partial(begin, wanted=wanted)


def _position(args: Cursor) -> Position:
    uidvalidity = args.nz_number()
    modseq = args.sp().mod_sequence()
    known = plain_set(args.sp()) if args.peek() == b" " else None
    return Position(uidvalidity, modseq, known)


async def begin(session: Session, wanted: ReconnectParameter) -> Ok:
    """Resume or begin a session for somebody who has just logged in.

    NOSID: too many are in use, or the disk is full, which must not keep anybody from reading mail.
    """
    connection = secrets.token_hex(8)
    try:
        claimed = await _claim(session, wanted, connection)
    except (StoreFull, Unavailable):
        claimed = None
    if claimed is None:
        session.untagged(b"NOSID")
        return _login_ok(session)
    leases = session.service.shared(Leases)
    leases.displace(claimed.previous)
    state = claimed.state or State()
    lease = SessionLease(claimed.id, connection, leases, state, state.told)
    session.keep(lease)
    leases.add(lease, session.conn, session.db)
    if claimed.state is None:
        session.untagged(b"NEWSID " + claimed.sid)
        return _login_ok(session)
    return await _resume(session, claimed.sid, claimed.state, wanted.resync)


async def _claim(session: Session, wanted: ReconnectParameter, connection: str) -> Claim | None:
    """Take the session's row, or make one. None: there is no room, or the login is a service's."""
    if session.is_service:
        return None
    user = session.user
    lifetime = session.env.reconnect_minutes * 60
    return await session.db.write(
        lambda tx: resumption.claim(
            tx,
            user.id,
            user.login_epoch,
            wanted.sid,
            connection=connection,
            now=now(),
            lifetime=lifetime,
        )
    )


def _login_ok(session: Session) -> Ok:
    return login_ok(_tell_capabilities(session))


def _tell_capabilities(session: Session) -> bytes:
    """The capabilities, to be told now; a resumable session remembers that they were."""
    words = capabilities(session)
    lease = session.find(SessionLease)
    if lease is not None:
        lease.told = _digest(words)
    return words


def _digest(words: bytes) -> str:
    return hashlib.sha256(words).hexdigest()[:16]


async def _resume(session: Session, sid: bytes, state: State, resync: Position | None) -> Ok:
    """Say where the client is and, if it tells what it knows, what changed since (§3.3).

    NEWSID, with the old id, tells it to look at everything anew: its UIDs are no longer valid, or
    it said nothing that changes could be counted from. When nothing at all has changed, not the
    capabilities either, these are not told again: that is the case to be short in (P-54).
    """
    session.enter_again(name.encode() for name in state.enabled.split())
    done = await _reopen(session, sid, state, resync)
    if state.notify:
        await hooks.resumed.run(session, state.notify)
    return done


async def _reopen(session: Session, sid: bytes, state: State, resync: Position | None) -> Ok:
    """Open the mailbox again and say how it stands."""
    opened = await session.read(lambda tx: _find(tx, session, state, resync))
    if opened is None:
        session.untagged(b"FOLDER ()")
        return _login_ok(session)
    same = mailboxes.fold(state.name) == opened.row.name
    name = state.name if same else opened.row.name
    try:
        view = await enter(session, opened, name, state.read_only)
    except Gone:
        session.untagged(b"FOLDER ()")
        return _login_ok(session)
    if resync is not None:
        session.enter_modseqs_quietly()
    changes = opened.changes
    if changes is None or resync is None or resync.modseq > view.modseq:
        session.untagged(b"NEWSID " + sid)
        changes = None
    session.untagged(b"FOLDER " + session.dialect.mailbox(name))
    _say_mailbox(session, view, opened)
    if changes is not None and resync is not None:
        await _say_changes(session, view, changes, resync)
    unchanged = changes is not None and resync is not None and resync.modseq == view.modseq
    if not unchanged or state.told != _digest(capabilities(session)):
        session.untagged(b"CAPABILITY " + _tell_capabilities(session))
    return Ok(b"session resumed", b"READ-ONLY" if view.read_only else b"READ-WRITE")


def _find(
    tx: Tx, session: Session, state: State, resync: Position | None
) -> MailboxSnapshot | None:
    """The mailbox that was selected, whatever its name is now; None when it can't be opened."""
    if state.mailbox is None:
        return None
    row = mailboxes.get(tx, state.mailbox)
    if row is None or row.noselect or not mailboxes.may(tx, session.account, row, "r"):
        return None
    return look(tx, session, as_named_by(tx, session.account, row), resync)


def _say_mailbox(session: Session, view: View, opened: MailboxSnapshot) -> None:
    """What SELECT says, in the order of the draft's examples."""
    listed = b" ".join([flags.SYSTEM, *view.keywords.encode().split()])
    session.untagged(b"FLAGS (%b)" % listed)
    session.untagged(b"%d EXISTS" % len(view.uids))
    if session.dialect.recent:
        session.untagged(b"%d RECENT" % view.recent_count())
    session.ok(b"UIDVALIDITY %d" % view.uidvalidity, b"x")
    session.ok(b"UIDNEXT %d" % view.uidnext, b"x")
    session.ok(b"HIGHESTMODSEQ %d" % view.modseq, b"x")
    session.ok(b"PERMANENTFLAGS (%b)" % permanent_flags(view), b"x")
    number = view.sequence(opened.first_unseen) if opened.first_unseen is not None else None
    if number is not None and view.dialect.numbers and view.dialect.recent:
        session.ok(b"UNSEEN %d" % number, b"x")


async def _say_changes(session: Session, view: View, changes: Changes, resync: Position) -> None:
    """FETCH for each known message whose flags changed, EXPUNGED for those that are gone.

    EXPUNGED is said here only. EXISTS counts without them already: the client subtracts nothing.
    """
    known = resync.known if resync.known is not None else [(1, view.uidnext - 1)]
    rows = [row for row in changes.changed if numset.covers(known, row[0])]
    await say_flags(session, view, rows, await hooks.items_of(session, view, rows, resync.modseq))
    gone = intersect(changes.vanished, known)
    if gone:
        session.untagged(b"EXPUNGED " + numset.from_ranges(gone))


hooks.login_parameters.append(login_parameter)
hooks.logout_parameters.append(preserve_parameter)
