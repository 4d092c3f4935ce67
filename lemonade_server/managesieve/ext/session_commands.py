"""NOOP, LOGOUT and UNAUTHENTICATE (RFC 5804 §2.3, §2.13, §2.14)."""

from __future__ import annotations

import asyncio

from lemonade_server.net.connection import PeerGone
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.syntax import string

from ..registry import command
from ..session import LOGIN_SECONDS, Session

NEEDS = ("authenticate",)


@command(b"NOOP", anonymous=None)
async def noop(session: Session, args: Cursor) -> None:
    """Nothing; the client's mark comes back, so that it can find its place again."""
    code = b""
    if not args.at_end():
        code = b"TAG " + string(args.sp().string(), utf8=True)
        args.end()
    session.say(b"OK", "Done", code)


@command(b"LOGOUT", anonymous=None)
async def logout(session: Session, args: Cursor) -> None:
    """End the connection."""
    args.end()
    session.say(b"OK", "Good-bye")
    raise PeerGone("logged out")


@command(b"UNAUTHENTICATE")
async def unauthenticate(session: Session, args: Cursor) -> None:
    """Back to the state before AUTHENTICATE; TLS stays."""
    args.end()
    session.logged_in(None)
    session.conn.deadline = asyncio.get_running_loop().time() + LOGIN_SECONDS
    session.say(b"OK")
