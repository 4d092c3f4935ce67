"""What a client asks of resumable sessions beside its login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemonade_server.imap.ext.reconnect.leases import SessionLease
from lemonade_server.wire.errors import Bad

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.wire.cursor import Cursor


def is_offered(session: Session) -> bool:
    """Whether this server offers resumable sessions."""
    return session.env.reconnect


def preserve_parameter(session: Session, args: Cursor) -> bool:
    """``(PRESERVE)`` of LOGOUT: the session is not to end with the connection (§4). Bad."""
    if not is_offered(session) or not args.maybe(b" ("):
        return False
    if not args.word(b"PRESERVE"):
        raise Bad("PRESERVE is the one parameter of LOGOUT")
    args.expect(b")")
    return session.find(SessionLease) is not None
