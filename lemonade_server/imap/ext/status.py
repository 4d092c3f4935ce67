"""STATUS (RFC 3501 §6.3.10), with SIZE (RFC 8438)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import (
    STATUS_ITEMS,
    Capability,
    Ok,
    capability,
    command,
    status_item,
)
from lemonade_server.imap.session import Session
from lemonade_server.store import mailboxes
from lemonade_server.store import messages as store_messages
from lemonade_server.store.db import Tx
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No

STATUS_SIZE = capability(Capability(b"STATUS=SIZE", rfc=8438))


@status_item(b"MESSAGES")
def messages(_: Tx, row: MailboxRow) -> int:
    return row.messages


@status_item(b"RECENT")
def recent(tx: Tx, row: MailboxRow) -> int:
    """How many messages no session has been told of as \\Recent yet."""
    return store_messages.count_from(tx, row.id, row.recent_from) if row.messages else 0


@status_item(b"UIDNEXT")
def uidnext(_: Tx, row: MailboxRow) -> int:
    return row.uidnext


@status_item(b"UIDVALIDITY")
def uidvalidity(_: Tx, row: MailboxRow) -> int:
    return row.uidvalidity


@status_item(b"UNSEEN")
def unseen_messages(_: Tx, row: MailboxRow) -> int:
    return row.unseen


@status_item(b"SIZE", STATUS_SIZE)
def size(_: Tx, row: MailboxRow) -> int:
    """Octets of all messages."""
    return row.octets


def status_items(args: Cursor) -> list[bytes]:
    """The parenthesized list of what is asked. Raises Bad for an item that is unknown."""
    names = [name.upper() for name in args.parse_list(Cursor.atom)]
    if not names:
        raise Bad("STATUS needs an item")
    for name in names:
        if name not in STATUS_ITEMS:
            raise Bad(f"there is no STATUS item {name.decode('ascii')}")
    return names


def status_line(tx: Tx, name: bytes, row: MailboxRow, items: list[bytes]) -> bytes:
    """The STATUS response without its ``* ``; ``name`` as it stands on the wire."""
    values = b" ".join(b"%b %b" % (item, _value(STATUS_ITEMS[item](tx, row))) for item in items)
    return b"STATUS %b (%b)" % (name, values)


def _value(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b"%d" % value


@command(b"STATUS", states=states.LOGGED_IN)
async def status(session: Session, args: Cursor) -> Ok | None:
    """The counters of any mailbox, the selected one too (B-67). Changes nothing."""
    name = args.sp().mailbox()
    items = status_items(args.sp())
    args.end()
    account = session.account
    shown = session.dialect.mailbox(name)

    def line(tx: Tx) -> bytes:
        row = mailboxes.need(tx, account, name, "r")
        if row.noselect:
            raise No("there is no such mailbox", b"NONEXISTENT")
        return status_line(tx, shown, row, items)

    found = await session.read(line)
    if b"HIGHESTMODSEQ" in items:
        session.count_modseqs()
    session.untagged(found)
    return None
