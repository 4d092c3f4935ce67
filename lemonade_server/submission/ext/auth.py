"""AUTH (RFC 4954): SCRAM-SHA-256 and -1 (RFC 7677, RFC 5802), PLAIN, OAUTHBEARER (RFC 7628) and,
for senders that know nothing else, under TLS LOGIN (draft-murchison-sasl-login).

The exchanges are those of every protocol (``auth/exchanges.py``); here is how SMTP carries them.

SCRAM with -PLUS is not offered here, though IMAP and ManageSieve have it. Where NeoMutt submits,
its SASL library takes the strongest of the list, PLUS, for which it has no binding, and NeoMutt
tries no other; in IMAP it begins with PLAIN. Other clients lose little: the bindings that they know
under TLS 1.3 (tls-exporter, RFC 9266) can't be had of Python's ``ssl``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable
from functools import partial

from lemonade_server.auth import exchanges, login_log
from lemonade_server.auth.app_passwords import Scope
from lemonade_server.auth.exchanges import (
    InvalidCredentials,
    MalformedResponse,
    NotAuthorized,
    ProvedLogin,
)
from lemonade_server.auth.logins import Logins
from lemonade_server.auth.refusal import LoginDelayed
from lemonade_server.directory import accounts
from lemonade_server.directory.accounts import Identity
from lemonade_server.wire import smtp
from lemonade_server.wire.errors import Reply

from ..face import SUBMISSION
from ..registry import command, extension
from ..session import Session

NEEDS = ("session_commands",)


class SmtpDialogue:
    """Challenges and responses as SMTP carries them (RFC 4954 §4)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def peer(self) -> str:
        return self._session.conn.peer

    @property
    def scope(self) -> Scope:
        return Scope.SENDING

    def channel_binding(self, kind: str) -> bytes | None:
        """None, so that a client which could bind is believed that it was not offered it."""
        return None

    async def respond(self, challenge: bytes) -> bytes:
        """Raises Reply, also when the client cancels."""
        self._session.say(334, "", base64.b64encode(challenge).decode("ascii"))
        line = await self._session.line()
        if line == b"*":
            raise Reply(501, "5.7.0", "Cancelled")
        return _decode(line)


async def by_prompts(dialogue: SmtpDialogue, logins: Logins, initial: bytes | None) -> ProvedLogin:
    """LOGIN: name and password, each asked for in the words that its clients expect.

    Raises MalformedResponse, InvalidCredentials.
    """
    name = await dialogue.respond(b"Username:") if initial is None else initial
    password = await dialogue.respond(b"Password:")
    try:
        login, secret = name.decode(), password.decode()
    except UnicodeDecodeError as error:
        raise InvalidCredentials("") from error
    identity = await logins.password(login, secret, dialogue.peer, dialogue.scope)
    if identity is None:
        raise InvalidCredentials(login)
    return ProvedLogin(identity)


Exchange = Callable[[SmtpDialogue, Logins, bytes | None], Awaitable[ProvedLogin]]

MECHANISMS: dict[str, Exchange] = {
    "SCRAM-SHA-256": partial(exchanges.by_scram, digest="sha256", plus=False),
    "SCRAM-SHA-1": partial(exchanges.by_scram, digest="sha1", plus=False),
    "PLAIN": exchanges.plain,
    "OAUTHBEARER": exchanges.oauthbearer,
    "LOGIN": by_prompts,
}
UNDER_TLS = frozenset({"LOGIN"})  # what nobody should use in the clear, not even on loopback


def _usable(session: Session) -> list[str]:
    """The mechanisms of this connection."""
    if not session.may_send_password:
        return []
    return [name for name in MECHANISMS if session.conn.is_tls or name not in UNDER_TLS]


def _mechanism_list(session: Session) -> str | None:
    return " ".join(_usable(session)) or None


extension("AUTH", rfc=4954, value=_mechanism_list, on=(SUBMISSION,))


@command(b"AUTH", anonymous=True, on=(SUBMISSION,))
async def auth(session: Session, args: bytes) -> None:
    """Log in, once. Raises Reply for every failure, the same for wrong name and wrong password."""
    mechanism, initial = smtp.auth(args)
    if not session.extended:
        raise Reply(503, "5.5.1", "EHLO first")
    if session.identity is not None:
        raise Reply(503, "5.5.1", "You are logged in already")
    if session.transaction is not None:
        raise Reply(503, "5.5.1", "Not within a transaction")
    if not session.may_send_password:
        raise Reply(530, "5.7.0", "Must issue a STARTTLS command first")
    usable = _usable(session)
    if mechanism not in usable:
        raise Reply(504, "5.5.4", f"{mechanism} is not one of {', '.join(usable)}")
    identity = await _prove(session, mechanism, initial)
    if identity.role != accounts.USER_ROLE:
        login_log.log_failure("submission", identity.email, *_client(session, mechanism))
        raise Reply(535, "5.7.8", "Wrong name or password")
    login_log.log_success("submission", identity.email, *_client(session, mechanism))
    session.logged_in(identity)
    session.conn.deadline = None
    session.say(235, "2.7.0", "Welcome")


async def _prove(session: Session, mechanism: str, initial: bytes | None) -> Identity:
    """What an exchange proves, its errors in SMTP's words. Raises Reply."""
    dialogue = SmtpDialogue(session)
    first = None if initial is None else b"" if initial == b"=" else _decode(initial)
    try:
        found = await MECHANISMS[mechanism](dialogue, session.service.logins, first)
        if found.final and await dialogue.respond(found.final):
            raise MalformedResponse("an empty response is expected")
    except MalformedResponse as error:
        raise Reply(501, "5.5.2", str(error)) from error
    except LoginDelayed as refusal:
        login_log.log_refusal(refusal, "submission", *_client(session, mechanism))
        raise Reply(454, "4.7.0", refusal.text) from refusal
    except (InvalidCredentials, NotAuthorized) as error:
        login_log.log_failure("submission", error.login, *_client(session, mechanism))
        raise Reply(535, "5.7.8", "Wrong name or password") from error
    return found.identity


def _client(session: Session, mechanism: str) -> tuple[str, str, str]:
    """Address, method and name of the client, for the log."""
    return session.conn.peer, mechanism, session.helo


def _decode(wire: bytes) -> bytes:
    try:
        return base64.b64decode(wire, validate=True)
    except binascii.Error as error:
        raise Reply(501, "5.5.2", "That is no BASE64") from error
