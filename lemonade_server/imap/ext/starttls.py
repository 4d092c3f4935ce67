"""STARTTLS and LOGINDISABLED (RFC 3501 §6.2.1, RFC 8314)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.session import Session
from lemonade_server.wire.cursor import Cursor


def may_login(session: Session) -> bool:
    """Whether a password may be sent over this connection as it is."""
    if session.conn.is_tls:
        return True
    allowed = session.env.plaintext_auth
    return allowed == "always" or (allowed == "loopback" and session.conn.is_loopback)


STARTTLS = Capability(
    b"STARTTLS",
    rfc=3501,
    when=states.NOT_AUTHENTICATED,
    enabled=lambda session: not session.conn.is_tls,
)
LOGINDISABLED = capability(
    Capability(
        b"LOGINDISABLED",
        rfc=3501,
        when=states.NOT_AUTHENTICATED,
        enabled=lambda session: not may_login(session),
    )
)


@command(b"STARTTLS", states=states.NOT_AUTHENTICATED, capability=STARTTLS)
async def starttls(session: Session, args: Cursor) -> Ok | None:
    """Begin TLS after the tagged OK. Octets that came with the command are thrown away (S-16)."""
    args.end()
    session.conn.write(session.call.tag, b" OK begin TLS\r\n")
    await session.start_tls()
    session.forget_login()
    session.client = ""
    return Ok(replied=True)
