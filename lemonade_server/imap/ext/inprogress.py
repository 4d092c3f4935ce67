"""INPROGRESS: a sign of life while a command takes long (RFC 9585).

Searches of text and conversions are what takes long here. How far one has come is not known before
it ends, so both numbers are NIL; the tag tells which command it is.
"""

from __future__ import annotations

import asyncio
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
