"""INPROGRESS: a sign of life while a command takes long (RFC 9585).

Searches of text and conversions take long, and how far one has come is not known before it ends,
so both numbers are NIL; the tag tells which command it is. Of what is done to very many messages,
piece by piece, both are known.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.session import Session
from lemonade_server.store.db import Tx
from lemonade_server.wire.syntax import quoted_string

INPROGRESS = capability(Capability(b"INPROGRESS", 9585, states.LOGGED_IN))

T = TypeVar("T")

SECONDS = 10.0  # between two signs; a search may take 30
PIECES = 1.0  # the same where it is known how much is done


async def read_long(session: Session, job: Callable[[Tx], T], seconds: float = SECONDS) -> T:
    """Run ``job`` among the long reads; every so many ``seconds`` the client is told so.

    Raises what ``job`` raises, and PeerGone.
    """
    return await wait(session, session.db.read_long(job), b"still searching", seconds)


async def wait(session: Session, result: Awaitable[T], text: bytes, seconds: float = SECONDS) -> T:
    """Await ``result``; every so many ``seconds`` the client is told so, in words of ``text``.

    Not in the middle of a response. Raises what the result raises, and PeerGone.
    """
    waited = asyncio.ensure_future(result)
    try:
        while not (await asyncio.wait({waited}, timeout=seconds))[0]:
            code = b"INPROGRESS (%b NIL NIL)" % quoted_string(session.call.tag)
            session.ok(code, text)
            await session.conn.flush()
        return waited.result()
    finally:
        waited.cancel()


class CommandProgress:
    """How far a command is that does something to very many messages: told once in a while."""

    def __init__(self, session: Session, seconds: float = PIECES) -> None:
        self.session = session
        self.seconds = seconds
        self.last = time.monotonic()

    async def tell(self, done: int, total: int) -> None:
        """Say so, unless that was said just now. Raises PeerGone."""
        now = time.monotonic()
        if now - self.last < self.seconds:
            return
        self.last = now
        tag = quoted_string(self.session.call.tag)
        self.session.ok(b"INPROGRESS (%b %d %d)" % (tag, done, total), b"still working")
        await self.session.conn.flush()
