"""ENABLE (RFC 5161)."""

from __future__ import annotations

from lemonade_server.wire.cursor import Cursor

from .. import states
from ..registry import CAPABILITIES, Capability, Ok, command
from ..session import Session

ENABLE = Capability(b"ENABLE", rfc=5161)


@command(b"ENABLE", states=states.AUTHENTICATED | states.SELECTED, capability=ENABLE)
async def enable(session: Session, args: Cursor) -> Ok | None:
    """Turn on what changes the server's responses; unknown words are passed over.

    QRESYNC brings CONDSTORE with it (RFC 7162 §3.2.3). ENABLED lists what is new by this command.
    """
    names = [name.upper() for name in args.sp().all(Cursor.atom)]
    args.end()
    new: list[bytes] = []
    for name in names:
        row = CAPABILITIES.get(name)
        if row is None or not row.enable or not row.enabled(session) or name in new:
            continue
        if name not in session.enabled:
            new.append(name)
    session.untagged(b" ".join([b"ENABLED", *new]))
    if b"CONDSTORE" in new or b"QRESYNC" in new:
        session.enable_condstore()
    session.enabled.update(new)
    return None
