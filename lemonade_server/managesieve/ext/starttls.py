"""STARTTLS (RFC 5804 §2.2)."""

from __future__ import annotations

from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No

from ..registry import command
from ..session import Session
from .capability import capabilities

NEEDS = ("capability",)


@command(b"STARTTLS", anonymous=True)
async def starttls(session: Session, args: Cursor) -> None:
    """Go on under TLS; the capabilities are told again."""
    args.end()
    if session.conn.is_tls:
        raise No("TLS is in use already")
    if session.service.tls is None:
        raise No("TLS is not set up here")
    session.say(b"OK", "Begin TLS negotiation now")
    await session.start_tls(session.service.tls)
    capabilities(session)
    session.say(b"OK", "TLS is in use")
