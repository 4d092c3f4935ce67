"""IDLE (RFC 2177)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.changes.pending import tell_changes
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.rights import recheck
from lemonade_server.imap.session import Session
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

IDLE = Capability(b"IDLE", rfc=2177)
KEEP_ALIVE = 28 * 60.0  # seconds; under the 29 minutes after which clients begin anew


@command(b"IDLE", states=states.LOGGED_IN, capability=IDLE)
async def idle(session: Session, args: Cursor) -> Ok | None:
    """Tell what happens as it happens, until DONE; anything else is BAD (B-68).

    Nothing is told to an account that has been disabled meanwhile.
    """
    args.end()
    session.conn.write(b"+ idling\r\n")
    if session.view is not None:
        session.view.dirty = True
    while True:
        await recheck(session, unasked=True)
        await tell_changes(session, expunge=True)
        try:
            line = await session.line(KEEP_ALIVE, pokable=True)
        except TimeoutError:
            session.say(b"OK still here")
            continue
        if line is None:
            continue
        if line.upper() != b"DONE":
            raise Bad("IDLE is ended by DONE")
        return Ok(b"IDLE ended")
