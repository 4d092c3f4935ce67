"""COPY, MOVE and their UID forms (RFC 3501 §6.4.7, RFC 6851, COPYUID of RFC 4315 §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.store import mailboxes, messages
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId, MailboxId, Uid
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No

MOVE = Capability(b"MOVE", 6851, states.LOGGED_IN)

Pairs = list[tuple[Uid, Uid]]
Transfer = Callable[[Tx, MailboxId, list[int], MailboxId], Pairs]


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
    code = await _transfer(session, cursor, messages.copy, by_uid=by_uid)
    return Ok(b"COPY completed", code)


async def _move(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    """COPYUID goes out before the EXPUNGEs, or the client could not match them (B-70)."""
    session.writable  # noqa: B018  (raises No)
    code = await _transfer(session, cursor, messages.move, by_uid=by_uid)
    if code:
        session.ok(code, b"moved")
    return Ok(b"MOVE completed")


async def _transfer(session: Session, cursor: Cursor, transfer: Transfer, *, by_uid: bool) -> bytes:
    """Copy or move as asked; the COPYUID code, empty when there was nothing to do."""
    view = session.selected
    numbers = cursor.sp().numset()
    name = cursor.sp().mailbox()
    cursor.end()
    uids = list(view.resolve(numbers, by_uid))
    account = session.account

    def job(tx: Tx) -> tuple[int, Pairs]:
        target = destination(tx, account, name)
        pairs = transfer(tx, view.mailbox, uids, target.id) if uids else []
        if len(pairs) != len(uids):
            raise No("some of the messages were expunged meanwhile", b"EXPUNGEISSUED")
        return target.uidvalidity, pairs

    uidvalidity, pairs = await session.write(job)
    return copyuid(uidvalidity, pairs) if pairs else b""


def destination(tx: Tx, account: AccountId, name: str) -> MailboxRow:
    """The mailbox that messages are put into. Raises No TRYCREATE when there is none."""
    found = mailboxes.find(tx, account, name)
    if found is None or found.noselect:
        raise No("there is no such mailbox", b"TRYCREATE")
    if not mailboxes.may(tx, account, found, "i"):
        raise No("nothing may be put into this mailbox", b"NOPERM")
    return found


def copyuid(uidvalidity: int, pairs: Sequence[tuple[int, int]]) -> bytes:
    """COPYUID with both sets in the same order: sources ascend, so targets do too."""
    sources = numset.from_sorted(source for source, _ in pairs)
    targets = numset.from_sorted(target for _, target in pairs)
    return b"COPYUID %d %b %b" % (uidvalidity, sources, targets)
