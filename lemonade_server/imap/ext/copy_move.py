"""COPY, MOVE and their UID forms (RFC 3501 §6.4.7, RFC 6851, COPYUID of RFC 4315 §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lemonade_server.imap import states
from lemonade_server.imap.ext.messagelimit import newest, refuse_more, with_limit
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.store import flags, mailboxes, messages
from lemonade_server.store.db import Tx
from lemonade_server.store.flags import Within
from lemonade_server.store.ids import AccountId, MailboxId, Uid
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.message_annotations import SHARED
from lemonade_server.store.namespaces import locate
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No

NEEDS = ("messagelimit",)

MOVE = Capability(b"MOVE", 6851, states.LOGGED_IN)

Pairs = list[tuple[Uid, Uid]]
Transfer = Callable[[Tx, MailboxId, list[int], MailboxId, Within, list[AccountId]], Pairs]


@dataclass(slots=True)
class May:
    """What an account may do in the mailbox that messages are put into."""

    account: AccountId
    rights: str

    @property
    def within(self) -> Within:
        """The flags that messages keep."""
        return flags.within(self.rights)

    @property
    def annotations(self) -> list[AccountId]:
        """Whose annotations come along: one's own, and those that all see (RFC 5257 §4.6)."""
        own = [self.account] if "r" in self.rights else []
        return [*own, SHARED] if "n" in self.rights else own


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
    copied = await _transfer(session, cursor, messages.copy, by_uid=by_uid)
    return Ok(b"COPY completed", copied.code)


async def _move(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    """COPYUID goes out before the EXPUNGEs, or the client could not match them (B-70).

    It needs what STORE +FLAGS \\Deleted and EXPUNGE need in the source (RFC 6851 §4.2), and tells
    its mod-sequence as EXPUNGE does (§4.4).
    """
    session.writable.need("te")
    moved = await _transfer(session, cursor, messages.move, by_uid=by_uid)
    if moved.code:
        session.ok(moved.code, b"moved")
    code = b"HIGHESTMODSEQ %d" % moved.modseq if moved.modseq else b""
    return with_limit(session, Ok(b"MOVE completed", code), moved.limit)


@dataclass(slots=True)
class TransferResult:
    """The codes COPYUID, empty when there was nothing to do, and MESSAGELIMIT, empty when nothing
    was left out. ``modseq`` is the source's after a MOVE, if the client counts with it.
    """

    code: bytes
    limit: bytes
    modseq: int


async def _transfer(
    session: Session, cursor: Cursor, transfer: Transfer, *, by_uid: bool
) -> TransferResult:
    """Copy or move as asked."""
    view = session.selected
    numbers = cursor.sp().numset()
    name = cursor.sp().mailbox()
    cursor.end()
    if transfer is messages.copy:
        refuse_more(session, view.resolve(numbers, by_uid))
    chosen, limit = newest(session, view.resolve(numbers, by_uid))
    uids = list(chosen)
    account = session.account
    counts = transfer is messages.move and session.dialect.modseqs

    def job(tx: Tx) -> tuple[int, Pairs, int]:
        target = destination(tx, account, name)
        may = may_bring(tx, account, target)
        pairs: Pairs = []
        if uids:
            pairs = transfer(tx, view.mailbox, uids, target.id, may.within, may.annotations)
        if len(pairs) != len(uids):
            raise No("some of the messages were expunged meanwhile", b"EXPUNGEISSUED")
        source = mailboxes.get(tx, view.mailbox) if counts and pairs else None
        return target.uidvalidity, pairs, 0 if source is None else source.modseq

    # To move into the Trash is what people call deleting: it must work on a full disk.
    frees = transfer is messages.move
    uidvalidity, pairs, modseq = await session.write(job, frees, messages_only=True)
    return TransferResult(copyuid(uidvalidity, pairs) if pairs else b"", limit, modseq)


def destination(tx: Tx, account: AccountId, name: str) -> MailboxRow:
    """The mailbox that messages are put into.

    Raises No TRYCREATE where one could be made, NONEXISTENT where none could, NOPERM without ``i``.
    """
    found, rights = mailboxes.find_with_rights(tx, account, name)
    known = found is not None and not found.noselect and set(rights).intersection("lri")
    if found is None or not known:
        place = locate(tx, account, name)
        code = b"TRYCREATE" if mailboxes.may_create(tx, account, place) else b"NONEXISTENT"
        raise No("there is no such mailbox", code)
    if "i" not in rights:
        raise No("nothing may be put into this mailbox", b"NOPERM")
    return found


def may_bring(tx: Tx, account: AccountId, target: MailboxRow) -> May:
    """What messages keep when they are put there; the rest is left behind without an error
    (RFC 4314 §4).
    """
    return May(account, mailboxes.rights(tx, account, target))


def copyuid(uidvalidity: int, pairs: Sequence[tuple[int, int]]) -> bytes:
    """COPYUID with both sets in the same order: sources ascend, so targets do too."""
    sources = numset.from_sorted(source for source, _ in pairs)
    targets = numset.from_sorted(target for _, target in pairs)
    return b"COPYUID %d %b %b" % (uidvalidity, sources, targets)
