"""QUOTA: what an account may hold (RFC 9208). APPEND, COPY and MOVE answer NO [OVERQUOTA].

Quotas are set by the operator, so QUOTASET is not offered. STORAGE counts in units of 1024
octets, begun units too: usage and limit are rounded alike, so usage never exceeds the limit.
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, capability, command, status_item
from lemonade_server.imap.session import Session
from lemonade_server.store import mailboxes, quota
from lemonade_server.store.db import Tx
from lemonade_server.store.mailboxes import MailboxRow, is_foreign, shared_with
from lemonade_server.store.quota import Root
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No
from lemonade_server.wire.syntax import string

QUOTA = Capability(b"QUOTA", 9208, states.LOGGED_IN)
STORAGE = capability(Capability(b"QUOTA=RES-STORAGE", 9208, states.LOGGED_IN))
MESSAGE = capability(Capability(b"QUOTA=RES-MESSAGE", 9208, states.LOGGED_IN))

UNIT = 1024


@status_item(b"DELETED", MESSAGE)
def deleted_messages(tx: Tx, row: MailboxRow) -> int:
    """How many messages an EXPUNGE would remove (§4.1.4)."""
    return quota.count_deleted(tx, row.id)[0]


@status_item(b"DELETED-STORAGE", STORAGE)
def deleted_storage(tx: Tx, row: MailboxRow) -> int:
    """Their octets, whether or not another mailbox holds copies of them."""
    return quota.count_deleted(tx, row.id)[1]


@command(b"GETQUOTA", states=states.LOGGED_IN, capability=QUOTA)
async def getquota(session: Session, args: Cursor) -> Ok | None:
    """Usage and limits of a quota root: one's own, or that of a mailbox which one may read.

    Any other is answered as one that is not there.
    """
    name = args.sp().astring()
    args.end()
    account = session.account

    def find(tx: Tx) -> Root | None:
        owners = {account, *(o.row.account for o in shared_with(tx, account) if "r" in o.rights)}
        roots = (quota.root_of(tx, owner) for owner in sorted(owners))
        return next((root for root in roots if root and root.name.encode() == name), None)

    root = await session.read(find)
    if root is None:
        raise No("there is no such quota root", b"NONEXISTENT")
    session.untagged(_quota(session, root))
    return None


@command(b"GETQUOTAROOT", states=states.LOGGED_IN, capability=QUOTA)
async def getquotaroot(session: Session, args: Cursor) -> Ok | None:
    """The quota root of a mailbox, which need not exist (§4.1.2), with usage and limits.

    Somebody else's mailbox counts against its owner's root, which is told to who may read it (§6).
    """
    name = args.sp().mailbox()
    args.end()
    mailbox, account = session.dialect.mailbox(name), session.account

    def find(tx: Tx) -> Root | None:
        if not is_foreign(name):
            return quota.root_of(tx, account)
        row = mailboxes.find(tx, account, name)
        return None if row is None else quota.root_of(tx, row.account)

    root = await session.read(find)
    if root is None:
        session.untagged(b"QUOTAROOT %b" % mailbox)
        return None
    session.untagged(b"QUOTAROOT %b %b" % (mailbox, _name(session, root)))
    session.untagged(_quota(session, root))
    return None


@command(b"SETQUOTA", states=states.LOGGED_IN)
async def setquota(session: Session, args: Cursor) -> Ok | None:
    """Refused, whatever the root: only the operator changes quotas."""
    args.sp().astring()
    args.sp().parse_list(lambda cursor: (cursor.atom(), cursor.sp().number64()))
    args.end()
    raise No("quotas are set by the operator of this server", b"NOPERM")


def _name(session: Session, root: Root) -> bytes:
    return string(root.name.encode(), utf8=session.dialect.utf8)


def _quota(session: Session, root: Root) -> bytes:
    """quota-response: resources without a limit are not named (§4.2.1)."""
    resources: list[bytes] = []
    if root.octets_allowed:
        used, allowed = -(-root.octets // UNIT), -(-root.octets_allowed // UNIT)
        resources.append(b"STORAGE %d %d" % (used, allowed))
    if root.messages_allowed:
        resources.append(b"MESSAGE %d %d" % (root.messages, root.messages_allowed))
    return b"QUOTA %b (%b)" % (_name(session, root), b" ".join(resources))
