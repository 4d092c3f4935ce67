"""AUTHENTICATE SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 7677, RFC 5802).

The password is never sent, and the client learns that the server knows its keys. PLUS binds the
login to the TLS connection: nobody can stand in between.
"""

from __future__ import annotations

from functools import partial

from lemonade_server import exchanges
from lemonade_server.accounts import Identity
from lemonade_server.wire.errors import Bad

from ..session import Session
from .auth import MECHANISMS, Dialogue, mechanism, proved, respond
from .starttls import may_login


def may_bind(session: Session) -> bool:
    """Whether this connection has something that a login can be bound to."""
    return exchanges.may_bind(Dialogue(session))


async def plain_scram(session: Session, initial: bytes | None) -> Identity:
    """Without channel binding."""
    return await _exchange(session, initial, plus=False)


async def plus_scram(session: Session, initial: bytes | None) -> Identity:
    """With channel binding."""
    return await _exchange(session, initial, plus=True)


MECHANISMS[b"SCRAM-SHA-256-PLUS"] = mechanism(b"SCRAM-SHA-256-PLUS", 7677, may_bind), plus_scram
MECHANISMS[b"SCRAM-SHA-256"] = mechanism(b"SCRAM-SHA-256", 7677, may_login), plain_scram


async def _exchange(session: Session, initial: bytes | None, *, plus: bool) -> Identity:
    found = await proved(session, partial(exchanges.scram_sha_256, plus=plus), initial)
    if await respond(session, found.final):
        raise Bad("an empty response is expected")
    return found.identity
