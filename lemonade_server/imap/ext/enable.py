"""ENABLE (RFC 5161)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import CAPABILITIES, Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.wire.cursor import Cursor

ENABLE = Capability(b"ENABLE", rfc=5161, when=states.ANY)


@command(b"ENABLE", states=states.AUTHENTICATED | states.SELECTED, capability=ENABLE)
async def enable(session: Session, args: Cursor) -> Ok | None:
    """Turn on what changes the server's responses; unknown words are passed over.

    ENABLED lists what is new by this command, but not what comes with it.
    """
    asked = [name.upper() for name in args.sp().all(Cursor.atom)]
    args.end()
    rows = {row.name.upper(): row for row in CAPABILITIES.values() if row.enable}
    found = dict.fromkeys(rows[name].name for name in asked if name in rows)
    new = [
        name
        for name in found
        if name not in session.enabled and CAPABILITIES[name].enabled(session)
    ]
    session.untagged(b" ".join([b"ENABLED", *new]))
    for name in new:
        session.enter(name)
    return None
