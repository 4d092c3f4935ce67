"""EXPUNGE (RFC 3501 §6.4.3) and UID EXPUNGE with UIDPLUS (RFC 4315 §2.1)."""

from __future__ import annotations

from lemonade_server.imap import big_writes, states
from lemonade_server.imap.ext.messagelimit import newest, with_limit
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.wire.cursor import Cursor

NEEDS = ("messagelimit",)

UIDPLUS = Capability(b"UIDPLUS", 4315, states.LOGGED_IN)


@command(b"EXPUNGE", states=states.SELECTED)
async def expunge(session: Session, cursor: Cursor) -> Ok:
    """Remove every message that is \\Deleted."""
    cursor.end()
    return await _expunge(session, None)


@command(b"UID EXPUNGE", states=states.SELECTED, capability=UIDPLUS)
async def uid_expunge(session: Session, cursor: Cursor) -> Ok:
    """Remove those of the named messages that are \\Deleted."""
    numbers = cursor.sp().numset()
    cursor.end()
    uids, limit = newest(session, session.selected.resolve(numbers, True))
    return with_limit(session, await _expunge(session, list(uids)), limit)


async def _expunge(session: Session, uids: list[int] | None) -> Ok:
    """The EXPUNGE or VANISHED responses come from the change feed, before the tagged OK."""
    view = session.writable
    view.need("e")
    gone = await big_writes.expunge(session.service, session.write, view.mailbox, uids)
    if gone.uids and session.dialect.modseqs:
        return Ok(b"EXPUNGE completed", b"HIGHESTMODSEQ %d" % gone.modseq)
    return Ok(b"EXPUNGE completed")
