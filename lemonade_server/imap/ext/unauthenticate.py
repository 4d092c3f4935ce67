"""UNAUTHENTICATE: back to the state before login, on the same connection (RFC 8437)."""

from __future__ import annotations

import asyncio

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import LOGIN_LINE, LOGIN_LITERALS, LOGIN_SECONDS, Session
from lemonade_server.wire.cursor import Cursor

UNAUTHENTICATE = Capability(b"UNAUTHENTICATE", rfc=8437, when=states.LOGGED_IN)


@command(b"UNAUTHENTICATE", states=states.LOGGED_IN, capability=UNAUTHENTICATE)
async def unauthenticate(session: Session, args: Cursor) -> Ok:
    """Forget who it was and all that was selected, enabled or saved; TLS and ID stay (§4.1).

    Compression ends behind the OK. The next login may be in the same packet, but the one who
    waits for it waits no longer than for the first one.
    """
    args.end()
    for state in session.extension_states:
        await state.logged_out(session)
    session.deselect()
    session.reset()
    session.forget_login()
    session.state = states.NOT_AUTHENTICATED
    session.framer.line_limit = LOGIN_LINE
    session.framer.memory_limit = LOGIN_LITERALS
    session.conn.deadline = asyncio.get_running_loop().time() + LOGIN_SECONDS
    session.conn.write(session.call.tag, b" OK nobody is logged in\r\n")
    session.conn.stop_compressing()
    return Ok(replied=True)
