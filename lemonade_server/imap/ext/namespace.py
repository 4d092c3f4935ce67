"""NAMESPACE (RFC 2342): one's own mailboxes, those of other users, and those of nobody."""

from __future__ import annotations

from lemonade_server.store.namespaces import OTHERS, SHARED
from lemonade_server.wire.cursor import Cursor

from .. import states
from ..registry import Capability, Ok, command
from ..session import Session

NAMESPACE = Capability(b"NAMESPACE", rfc=2342)


@command(b"NAMESPACE", states=states.LOGGED_IN, capability=NAMESPACE)
async def namespace(session: Session, args: Cursor) -> Ok | None:
    """Personal, other users', shared: each with its prefix and the delimiter (P-36)."""
    args.end()
    others, shared = OTHERS.encode(), SHARED.encode()
    session.untagged(b'NAMESPACE (("" "/")) (("%b/" "/")) (("%b/" "/"))' % (others, shared))
    return None
