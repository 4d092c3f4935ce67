"""SASL exchanges, the same for every protocol that logs in (RFC 4422).

A protocol brings a ``SaslDialogue``: how it carries challenges and responses. What is wrong comes
out as one of three errors, and ``LoginDelayed``, which each protocol says in its own words.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Protocol

from lemonade_server.directory.accounts import Identity, canonical
from lemonade_server.models.app_passwords import Scope
from lemonade_server.wire import sasl, scram

from .logins import Logins

BEARER_ERROR = b'{"status":"invalid_token"}'
BINDINGS = ("tls-server-end-point", "tls-unique")


class MalformedResponse(ValueError):
    """A response can't be understood, or the client cancelled."""


class InvalidCredentials(Exception):
    """The name, the password or the token is wrong. ``login`` is who it claimed to be."""

    def __init__(self, login: str) -> None:
        super().__init__(login)
        self.login = login


class NotAuthorized(Exception):
    """What was proved is not enough: acting for somebody else, or a binding that is not there.

    ``login`` is who it was, or claimed to be.
    """

    def __init__(self, text: str, login: str, authorization: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.login = login
        self.authorization = authorization


class SaslDialogue(Protocol):
    """One exchange of challenges and responses, base64 undone."""

    @property
    def peer(self) -> str:
        """The client's network address."""
        ...

    @property
    def scope(self) -> Scope:
        """What an app password must allow here."""
        ...

    def channel_binding(self, kind: str) -> bytes | None:
        """What ties the login to the TLS connection (RFC 5929)."""
        ...

    async def respond(self, challenge: bytes) -> bytes:
        """Send a challenge; the client's response. Raises MalformedResponse when it cancels."""
        ...


@dataclass(slots=True)
class ProvedLogin:
    """Who logged in, and what the server still has to prove (RFC 4422 §3.6), if anything."""

    identity: Identity
    final: bytes = b""


async def plain(dialogue: SaslDialogue, logins: Logins, initial: bytes | None) -> ProvedLogin:
    """One response holds it all (RFC 4616).

    Raises MalformedResponse, InvalidCredentials, NotAuthorized, LoginDelayed.
    """
    response = await dialogue.respond(b"") if initial is None else initial
    try:
        found = sasl.plain(response)
    except ValueError as error:
        raise MalformedResponse(f"not a PLAIN response: {error}") from error
    identity = await logins.password(found.login, found.password, dialogue.peer, dialogue.scope)
    if identity is None:
        raise InvalidCredentials(found.login)
    return ProvedLogin(_for_oneself(identity, found.authzid))


async def oauthbearer(dialogue: SaslDialogue, logins: Logins, initial: bytes | None) -> ProvedLogin:
    """A token (RFC 7628). After a refusal the client sends one more response (§3.2.3)."""
    response = await dialogue.respond(b"") if initial is None else initial
    try:
        found = sasl.oauthbearer(response)
    except ValueError as error:
        raise MalformedResponse(f"not an OAUTHBEARER response: {error}") from error
    identity = await logins.token(found.token)
    if identity is not None and found.authzid and canonical(found.authzid) != identity.email:
        identity = None
    if identity is None:
        await dialogue.respond(BEARER_ERROR)
        raise InvalidCredentials(found.authzid)
    return ProvedLogin(identity)


def may_bind(dialogue: SaslDialogue) -> bool:
    """Whether this connection has something that a login can be bound to."""
    return any(dialogue.channel_binding(kind) for kind in BINDINGS)


async def by_scram(
    dialogue: SaslDialogue, logins: Logins, initial: bytes | None, *, digest: str, plus: bool
) -> ProvedLogin:
    """Two rounds and the server's proof (RFC 5802, RFC 7677). ``digest``: sha1 or sha256.

    An unknown name fails as late as a wrong password does. Raises MalformedResponse,
    InvalidCredentials, NotAuthorized, LoginDelayed.
    """
    message = await dialogue.respond(b"") if initial is None else initial
    try:
        first = scram.client_first(message)
    except ValueError as error:
        raise MalformedResponse(f"not a SCRAM message: {error}") from error
    bound = _binding(dialogue, first, plus)
    keys = await logins.scram_begin(first.name, dialogue.peer, digest)
    nonce = first.nonce + secrets.token_urlsafe(18).encode()
    challenge = scram.server_first(nonce, keys.salt, keys.iterations)
    response = await dialogue.respond(challenge)
    try:
        final = scram.client_final(response)
    except ValueError as error:
        raise MalformedResponse(f"not a SCRAM message: {error}") from error
    covered = scram.auth_message(first, challenge, final)

    def proves() -> bool:
        right = scram.proves(digest, keys.stored_key, covered, final.proof)
        same = hmac.compare_digest(final.nonce, nonce)
        same &= hmac.compare_digest(final.binding, first.header + bound)
        return right and same

    identity = await logins.scram_end(first.name, dialogue.peer, keys, proves)
    if identity is None:
        raise InvalidCredentials(first.name)
    identity = _for_oneself(identity, first.authzid)
    return ProvedLogin(identity, scram.server_final(digest, keys.server_key, covered))


def _for_oneself(identity: Identity, authzid: str) -> Identity:
    """Acting for somebody else is nobody's right here."""
    if authzid and canonical(authzid) != identity.email:
        raise NotAuthorized("you can not act for somebody else", identity.email, authorization=True)
    return identity


def _binding(dialogue: SaslDialogue, first: scram.ClientFirst, plus: bool) -> bytes:
    """The channel binding's data, empty when none is used.

    A client that could bind and was not offered it has met somebody in between (RFC 5802 §6).
    """
    if first.flag == "y" and may_bind(dialogue):
        raise NotAuthorized("channel binding is offered here", first.name)
    if (first.flag == "p") is not plus:
        raise MalformedResponse("the PLUS mechanism, and no other, comes with channel binding")
    if not plus:
        return b""
    data = dialogue.channel_binding(first.binding) if first.binding in BINDINGS else None
    if data is None:
        raise NotAuthorized("this kind of channel binding is not supported", first.name)
    return data
