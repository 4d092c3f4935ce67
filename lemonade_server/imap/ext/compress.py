"""COMPRESS=DEFLATE (RFC 4978)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

COMPRESS = Capability(
    b"COMPRESS=DEFLATE",
    rfc=4978,
    when=states.LOGGED_IN,
    enabled=lambda session: not session.conn.is_compressed,
)


@command(b"COMPRESS", states=states.LOGGED_IN, capability=COMPRESS)
async def compress(session: Session, args: Cursor) -> Ok:
    """Compress both directions behind the tagged OK. TLS never does it here (RFC 9325 §3.3)."""
    if args.sp().keyword() != b"DEFLATE":
        raise Bad("DEFLATE is the only mechanism")
    args.end()
    session.conn.write(session.call.tag, b" OK DEFLATE active\r\n")
    session.conn.compress(session.framer.pending())
    return Ok(replied=True)
