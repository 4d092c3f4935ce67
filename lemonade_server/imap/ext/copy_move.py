"""COPY, MOVE and their UID forms (RFC 3501 §6.4.7, RFC 6851, COPYUID of RFC 4315 §3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from lemonade_server.imap import big_copy, states
from lemonade_server.imap.big_writes import in_pieces
from lemonade_server.imap.destination import destination, may_bring, same_destination
from lemonade_server.imap.ext.inprogress import CommandProgress
from lemonade_server.imap.ext.messagelimit import newest, refuse_more, with_limit
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.store import ghosts, mailboxes, messages
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import StoreError
from lemonade_server.store.ids import MailboxId, Uid
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No

if TYPE_CHECKING:
    from lemonade_server.wire.numset import NumSet

NEEDS = ("inprogress", "messagelimit")

MOVE = Capability(b"MOVE", 6851, states.LOGGED_IN)

Pairs = list[tuple[Uid, Uid]]


@command(b"COPY", states=states.SELECTED, expunge=False)
async def copy(session: Session, cursor: Cursor) -> Ok:
    """Copy messages, by number: all or none."""
    return await _copy(session, cursor, by_uid=False)


@command(b"UID COPY", states=states.SELECTED)
async def uid_copy(session: Session, cursor: Cursor) -> Ok:
    """Copy messages, by UID: all that exist, or none."""
    return await _copy(session, cursor, by_uid=True)


@command(b"MOVE", states=states.SELECTED, capability=MOVE)
async def move(session: Session, cursor: Cursor) -> Ok:
    """Move messages, by number."""
    return await _move(session, cursor, by_uid=False)


@command(b"UID MOVE", states=states.SELECTED, capability=MOVE)
async def uid_move(session: Session, cursor: Cursor) -> Ok:
    """Move messages, by UID."""
    return await _move(session, cursor, by_uid=True)


async def _copy(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    view = session.selected
    numbers, name = _arguments(cursor)
    uids = list(view.resolve(numbers, by_uid))
    refuse_more(session, uids)
    if len(uids) > big_copy.LEAST:
        uidvalidity, old, new = await big_copy.copy(session, view.mailbox, uids, name)
        return Ok(b"COPY completed", b"COPYUID %d %b %b" % (uidvalidity, old, new))
    account = session.account

    def job(tx: Tx) -> tuple[int, Pairs]:
        target = destination(tx, account, name)
        may = may_bring(tx, account, target)
        pairs: Pairs = []
        if uids:
            pairs = messages.copy(tx, view.mailbox, uids, target.id, may.within, may.annotations)
        _refuse_missing(uids, pairs)
        return target.uidvalidity, pairs

    uidvalidity, pairs = await session.write(job, messages_only=True)
    return Ok(b"COPY completed", copyuid(uidvalidity, pairs) if pairs else b"")


def _arguments(cursor: Cursor) -> tuple[NumSet, str]:
    """The messages and the mailbox that a command names. Raises Bad."""
    numbers = cursor.sp().numset()
    name = cursor.sp().mailbox()
    cursor.end()
    return numbers, name


def _refuse_missing(uids: Sequence[int], pairs: Pairs) -> None:
    """Raises No when some of the messages were not there."""
    if len(pairs) != len(uids):
        raise No("some of the messages were expunged meanwhile", b"EXPUNGEISSUED")


@dataclass(slots=True)
class MoveProgress:
    """How far a MOVE has come: into which mailbox, old and new UIDs, and where the source stands,
    if the client counts with that.
    """

    target: MailboxId | None = None
    uidvalidity: int = 0
    pairs: Pairs = field(default_factory=list)
    modseq: int = 0


async def _move(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    """COPYUID goes out before the EXPUNGEs, or the client could not match them (B-70).

    It needs what STORE +FLAGS \\Deleted and EXPUNGE need in the source (RFC 6851 §4.2), and tells
    its mod-sequence as EXPUNGE does (§4.4). When it fails in the middle, each message is either
    moved or untouched (§3.3), and COPYUID tells which were moved.
    """
    session.writable.need("te")
    view = session.selected
    numbers, name = _arguments(cursor)
    uids, limit = newest(session, view.resolve(numbers, by_uid))
    moved = MoveProgress()
    lowest = ghosts.lowest_ghost(uids)

    async def move_piece(piece: Sequence[int]) -> None:
        job = partial(_move_piece, session, moved, name, list(piece), lowest)
        target, pairs, modseq = await session.write(job, frees=True, messages_only=True)
        moved.target, moved.uidvalidity, moved.modseq = target.id, target.uidvalidity, modseq
        moved.pairs += pairs

    try:
        await in_pieces(session.service, uids, move_piece, CommandProgress(session).tell)
    except (No, StoreError):
        _say_moved(session, moved)
        raise
    _say_moved(session, moved)
    code = b"HIGHESTMODSEQ %d" % moved.modseq if moved.modseq else b""
    return with_limit(session, Ok(b"MOVE completed", code), limit)


def _say_moved(session: Session, moved: MoveProgress) -> None:
    if moved.pairs:
        session.ok(copyuid(moved.uidvalidity, moved.pairs), b"moved")


def _move_piece(
    session: Session, moved: MoveProgress, name: str, uids: list[int], lowest: int, tx: Tx
) -> tuple[MailboxRow, Pairs, int]:
    """The job of one piece. All go into the mailbox that had the name at first."""
    view, account = session.selected, session.account
    if moved.target is None:
        target = destination(tx, account, name)
    else:
        target = same_destination(tx, account, moved.target)
    may = may_bring(tx, account, target)
    pairs: Pairs = []
    if uids:
        pairs = messages.move(
            tx, view.mailbox, uids, target.id, may.within, may.annotations, lowest
        )
    _refuse_missing(uids, pairs)
    source = mailboxes.get(tx, view.mailbox) if session.dialect.modseqs and pairs else None
    return target, pairs, 0 if source is None else source.modseq


def copyuid(uidvalidity: int, pairs: Sequence[tuple[int, int]]) -> bytes:
    """COPYUID with both sets in the same order: sources ascend, so targets do too."""
    sources = numset.from_sorted(source for source, _ in pairs)
    targets = numset.from_sorted(target for _, target in pairs)
    return b"COPYUID %d %b %b" % (uidvalidity, sources, targets)
