"""AUTHENTICATE SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 7677, RFC 5802).

The password is never sent, and the client learns that the server knows its keys. PLUS binds the
login to the TLS connection: nobody can stand in between.
"""

from __future__ import annotations

import hmac
import secrets

from lemonade_server.accounts import Identity, canonical
from lemonade_server.wire import scram
from lemonade_server.wire.errors import Bad, No

from ..session import Session
from .auth import MECHANISMS, failed, mechanism, respond
from .starttls import may_login

BINDINGS = ("tls-server-end-point", "tls-unique")


def may_bind(session: Session) -> bool:
    """Whether this connection has something that a login can be bound to."""
    return any(session.conn.channel_binding(kind) for kind in BINDINGS)


async def plain_scram(session: Session, initial: bytes | None) -> Identity:
    """Without channel binding."""
    return await _exchange(session, initial, plus=False)


async def plus_scram(session: Session, initial: bytes | None) -> Identity:
    """With channel binding."""
    return await _exchange(session, initial, plus=True)


MECHANISMS[b"SCRAM-SHA-256-PLUS"] = mechanism(b"SCRAM-SHA-256-PLUS", 7677, may_bind), plus_scram
MECHANISMS[b"SCRAM-SHA-256"] = mechanism(b"SCRAM-SHA-256", 7677, may_login), plain_scram


async def _exchange(session: Session, initial: bytes | None, *, plus: bool) -> Identity:
    """Two rounds and the server's proof. An unknown name fails as late as a wrong password does."""
    message = await respond(session, b"") if initial is None else initial
    try:
        first = scram.client_first(message)
    except ValueError as error:
        raise Bad(f"not a SCRAM message: {error}") from error
    bound = _binding(session, first, plus)
    logins = session.service.logins
    keys = await logins.scram_begin(first.name, session.conn.peer)
    nonce = first.nonce + secrets.token_urlsafe(18).encode()
    challenge = scram.server_first(nonce, keys.salt, keys.iterations)
    try:
        final = scram.client_final(await respond(session, challenge))
    except ValueError as error:
        raise Bad(f"not a SCRAM message: {error}") from error
    covered = scram.auth_message(first, challenge, final)
    proved = scram.proves(keys.stored_key, covered, final.proof)
    same = hmac.compare_digest(final.nonce, nonce)
    same &= hmac.compare_digest(final.binding, first.header + bound)
    identity = keys.identity if proved and same else None
    logins.scram_end(first.name, session.conn.peer, identity is not None)
    if identity is None:
        raise failed(session, first.name)
    if first.authzid and canonical(first.authzid) != identity.email:
        raise No("you can not act for somebody else", b"AUTHORIZATIONFAILED")
    if await respond(session, scram.server_final(keys.server_key, covered)):
        raise Bad("an empty response is expected")
    return identity


def _binding(session: Session, first: scram.ClientFirst, plus: bool) -> bytes:
    """The channel binding's data, empty when none is used. Raises No, Bad.

    A client that could bind and was not offered it has met somebody in between (RFC 5802 §6).
    """
    if first.flag == "y" and may_bind(session):
        raise No("channel binding is offered here", b"AUTHENTICATIONFAILED")
    if (first.flag == "p") is not plus:
        raise Bad("the PLUS mechanism, and no other, comes with channel binding")
    if not plus:
        return b""
    data = session.conn.channel_binding(first.binding) if first.binding in BINDINGS else None
    if data is None:
        raise No("this kind of channel binding is not supported", b"AUTHENTICATIONFAILED")
    return data
