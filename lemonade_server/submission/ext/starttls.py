"""STARTTLS (RFC 3207). Whatever was sent ahead of the handshake is thrown away (S-16)."""

from __future__ import annotations

from lemonade_server.wire.errors import Reply

from ..registry import command, extension
from ..session import Session

NEEDS = ("session_commands",)


def _ehlo_value(session: Session) -> str | None:
    return None if session.conn.is_tls or session.service.tls is None else ""


extension("STARTTLS", rfc=3207, value=_ehlo_value)


@command(b"STARTTLS", anonymous=True)
async def starttls(session: Session, args: bytes) -> None:
    """Begin TLS. Nothing said before it counts any more."""
    context = session.service.tls
    if args:
        raise Reply(501, "5.5.4", "STARTTLS takes no argument")
    if session.conn.is_tls or context is None:
        raise Reply(503, "5.5.1", "TLS is on already" if session.conn.is_tls else "No TLS here")
    session.say(220, "2.0.0", "Go ahead")
    await session.start_tls(context)
