"""NAMESPACE (RFC 2342): one's own mailboxes, and nothing else yet to be seen."""

from __future__ import annotations

from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.utf7 import DELIMITER

from .. import states
from ..registry import Capability, Ok, command
from ..session import Session

NAMESPACE = Capability(b"NAMESPACE", rfc=2342)


@command(b"NAMESPACE", states=states.LOGGED_IN, capability=NAMESPACE)
async def namespace(session: Session, args: Cursor) -> Ok | None:
    """Personal, other users', shared: NIL where there is none (P-36)."""
    args.end()
    session.untagged(b'NAMESPACE (("" "%b")) NIL NIL' % DELIMITER.encode())
    return None
