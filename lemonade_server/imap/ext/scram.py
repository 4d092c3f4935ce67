"""AUTHENTICATE SCRAM-SHA-256, SCRAM-SHA-1 and both with -PLUS (RFC 7677, RFC 5802).

The password is never sent, and the client learns that the server knows its keys. PLUS binds the
login to the TLS connection: nobody can stand in between.
"""

from __future__ import annotations

from functools import partial

from lemonade_server.auth import exchanges
from lemonade_server.directory.accounts import Identity
from lemonade_server.imap.ext.auth import Dialogue, mechanism, prove, respond
from lemonade_server.imap.ext.starttls import may_login
from lemonade_server.imap.session import Session
from lemonade_server.wire.errors import Bad

NEEDS = ("auth", "starttls")


def may_bind(session: Session) -> bool:
    """Whether this connection has something that a login can be bound to."""
    return exchanges.may_bind(Dialogue(session))


async def _exchange(
    session: Session, initial: bytes | None, *, digest: str, plus: bool
) -> Identity:
    exchange = partial(exchanges.by_scram, digest=digest, plus=plus)
    found = await prove(session, exchange, initial)
    if await respond(session, found.final):
        raise Bad("an empty response is expected")
    return found.identity


AUTH_SCRAM = tuple(
    mechanism(word, rfc, enabled, partial(_exchange, digest=digest, plus=plus))
    for name, rfc, digest in ((b"SCRAM-SHA-256", 7677, "sha256"), (b"SCRAM-SHA-1", 5802, "sha1"))
    for word, enabled, plus in ((name + b"-PLUS", may_bind, True), (name, may_login, False))
)
