"""REPLACE and UID REPLACE: one message for another one in a single step (RFC 8508).

replace = ["UID" SP] "REPLACE" SP number SP mailbox SP append-message
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.destination import destination, may_bring
from lemonade_server.imap.ext.append import new_message, prepare_one, spool, upload, work
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.store import messages
from lemonade_server.store.db import Tx, snapshot
from lemonade_server.store.ids import Modseq, Uid
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No

NEEDS = ("append", "copy_move")

REPLACE = Capability(b"REPLACE", 8508, states.LOGGED_IN)


@command(b"REPLACE", states=states.SELECTED, capability=REPLACE, literals=spool)
async def replace(session: Session, cursor: Cursor) -> Ok:
    """Append a message and expunge another one, by number."""
    return await _replace(session, cursor, by_uid=False)


@command(b"UID REPLACE", states=states.SELECTED, capability=REPLACE, literals=spool)
async def uid_replace(session: Session, cursor: Cursor) -> Ok:
    """Append a message and expunge another one, by UID."""
    return await _replace(session, cursor, by_uid=True)


async def _replace(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    """APPENDUID comes before the EXPUNGE, or the client could not match them (§4.3)."""
    numbers = cursor.sp().numset()
    name = cursor.sp().mailbox()
    new = upload(cursor.sp())
    cursor.end()
    if numbers.saved or [low for low, _ in numbers.ranges] != [high for _, high in numbers.ranges]:
        raise Bad("one message is replaced at a time")
    view = session.writable
    view.need("te")  # RFC 8508 §4.1: as STORE and EXPUNGE
    uids = view.resolve(numbers, by_uid)
    if len(uids) != 1:
        raise No("there is no such message to be replaced", b"NONEXISTENT")
    account, identity, limit = session.account, session.user, session.env.max_message

    def prepare() -> PreparedMessage:
        with snapshot() as tx:
            destination(tx, account, name)
        return prepare_one(new, identity, limit)

    def job(tx: Tx, prepared: PreparedMessage) -> tuple[int, Uid, Modseq]:
        target = destination(tx, account, name)
        message = new_message(tx, new, prepared, may_bring(tx, account, target))
        uid, modseq = messages.replace(tx, view.mailbox, uids[0], target.id, message)
        return target.uidvalidity, uid, modseq

    uidvalidity, uid, modseq = await session.write_prepared(prepare, job, work(new))
    session.ok(b"APPENDUID %d %d" % (uidvalidity, uid), b"the new message is there")
    code = b"HIGHESTMODSEQ %d" % modseq if session.dialect.modseqs else b""
    return Ok(b"REPLACE completed", code)
