"""CAPABILITY, NOOP, CHECK, LOGOUT (RFC 3501 §6.1, §6.4.1) and LITERAL+ (RFC 7888)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.hooks import logout_parameters
from lemonade_server.imap.registry import Capability, Ok, capabilities, capability, command
from lemonade_server.imap.session import Session
from lemonade_server.wire.cursor import Cursor

LITERAL_PLUS = capability(Capability(b"LITERAL+", rfc=7888, when=states.ANY, service=True))


@command(b"CAPABILITY", states=states.ANY, service=True)
async def capability_list(session: Session, args: Cursor) -> Ok | None:
    """What can be done now; it grows with TLS and with login."""
    args.end()
    session.untagged(b"CAPABILITY " + capabilities(session))
    return None


@command(b"NOOP", states=states.ANY, look=True, service=True)
async def noop(session: Session, args: Cursor) -> Ok | None:
    """Nothing, and thereby the news of the selected mailbox."""
    args.end()
    return None


@command(b"CHECK", states=states.SELECTED, look=True)
async def check(session: Session, args: Cursor) -> Ok | None:
    """A NOOP: whatever was answered OK is on the disk already."""
    args.end()
    return None


@command(b"LOGOUT", states=states.ANY, service=True)
async def logout(session: Session, args: Cursor) -> Ok | None:
    """BYE, then the tagged OK, then the end of the connection (B-69).

    A resumable session ends too, unless the client says ``(PRESERVE)``.
    """
    preserve = any(parameter(session, args) for parameter in logout_parameters)
    args.end()
    session.deselect()
    if preserve:
        session.say(b"BYE see you, the session is kept")
        for state in session.extension_states:
            await state.disconnected(session)
    else:
        for state in session.extension_states:
            await state.logged_out(session)
        session.say(b"BYE see you")
    session.state = states.LOGOUT
    return None
