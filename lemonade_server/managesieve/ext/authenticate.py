"""AUTHENTICATE (RFC 5804 §2.1): PLAIN, OAUTHBEARER, SCRAM-SHA-256, SCRAM-SHA-1, both with -PLUS.

SCRAM-SHA-1 is the one that every server must have.
"""

from __future__ import annotations

import base64
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
from lemonade_server.net.connection import PeerGone
from lemonade_server.wire import sasl
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.imap_framer import AnnouncedLiteral, Request
from lemonade_server.wire.syntax import string

from ..registry import command
from ..session import Goodbye, Session

ATTEMPTS = 4
RESPONSE_SECONDS = 60.0
PROTOCOL = "managesieve"
WRONG = "The name or the password is wrong"


class StringDialogue:
    """Challenges and responses as strings of a line each."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def peer(self) -> str:
        return self._session.conn.peer

    @property
    def scope(self) -> Scope:
        return Scope.FILTERS

    def channel_binding(self, kind: str) -> bytes | None:
        return self._session.conn.channel_binding(kind)

    async def respond(self, challenge: bytes) -> bytes:
        self._session.conn.write(string(base64.b64encode(challenge)), b"\r\n")
        return _decode(await self._line())

    async def _line(self) -> bytes:
        """The string that the client sends. Raises MalformedResponse, PeerGone."""
        event = await self._session.conn.event(RESPONSE_SECONDS)
        while isinstance(event, AnnouncedLiteral):
            if not event.fits or event.binary:
                raise Goodbye("This is too large")
            self._session.framer.accept()
            event = await self._session.conn.event(RESPONSE_SECONDS)
        if event is None:
            raise PeerGone("closed in the middle of a login")
        if not isinstance(event, Request):
            raise MalformedResponse("the response is too long")
        try:
            line = Cursor(event.text, event.literals, utf8=True)
            response = line.string()
            line.end()
        except Bad as error:
            raise MalformedResponse(error.text) from error
        if response == b"*":
            raise MalformedResponse("cancelled")
        return response


Exchange = Callable[[StringDialogue, Logins, bytes | None], Awaitable[ProvedLogin]]


def _may_bind(session: Session) -> bool:
    return exchanges.may_bind(StringDialogue(session))


def _may_login(session: Session) -> bool:
    return session.may_send_password


MECHANISMS: dict[str, tuple[Callable[[Session], bool], Exchange]] = {
    "SCRAM-SHA-256-PLUS": (_may_bind, partial(exchanges.by_scram, digest="sha256", plus=True)),
    "SCRAM-SHA-256": (_may_login, partial(exchanges.by_scram, digest="sha256", plus=False)),
    "SCRAM-SHA-1-PLUS": (_may_bind, partial(exchanges.by_scram, digest="sha1", plus=True)),
    "SCRAM-SHA-1": (_may_login, partial(exchanges.by_scram, digest="sha1", plus=False)),
    "PLAIN": (_may_login, exchanges.plain),
    "OAUTHBEARER": (_may_login, exchanges.oauthbearer),
}


def offered_mechanisms(session: Session) -> list[str]:
    """The mechanisms that this connection may use now."""
    if session.identity is not None:
        return []
    return [name for name, (enabled, _) in MECHANISMS.items() if enabled(session)]


@command(b"AUTHENTICATE", anonymous=True)
async def authenticate(session: Session, args: Cursor) -> None:
    """Log in. Raises No for every failure, the same for a wrong name and a wrong password."""
    name = args.sp().string().decode("ascii", "replace").upper()
    initial = _initial(args)
    row = MECHANISMS.get(name)
    if row is None:
        raise No("There is no such mechanism")
    enabled, exchange = row
    if not enabled(session):
        raise No("Use STARTTLS first", b"ENCRYPT-NEEDED")
    try:
        proved = await exchange(StringDialogue(session), session.service.logins, initial)
    except MalformedResponse as error:
        raise Bad(str(error)) from error
    except LoginDelayed as refusal:
        login_log.log_refusal(refusal, PROTOCOL, session.conn.peer, name)
        raise _login_failure(session, refusal.text, b"TRYLATER") from refusal
    except NotAuthorized as refusal:
        login_log.log_failure(PROTOCOL, refusal.login, session.conn.peer, name)
        raise No(refusal.text) from refusal
    except InvalidCredentials as refusal:
        login_log.log_failure(PROTOCOL, refusal.login, session.conn.peer, name)
        raise _login_failure(session, WRONG) from refusal
    if proved.identity.role != accounts.USER_ROLE:
        login_log.log_failure(PROTOCOL, proved.identity.email, session.conn.peer, name)
        raise _login_failure(session, WRONG)
    login_log.log_success(PROTOCOL, proved.identity.email, session.conn.peer, name)
    session.logged_in(proved.identity)
    session.conn.deadline = None
    code = b"SASL " + string(base64.b64encode(proved.final)) if proved.final else b""
    session.say(b"OK", "Welcome", code)


def _initial(args: Cursor) -> bytes | None:
    if args.at_end():
        return None
    response = args.sp().string()
    args.end()
    try:
        return _decode(response)
    except MalformedResponse as error:
        raise Bad(str(error)) from error


def _decode(wire: bytes) -> bytes:
    try:
        return sasl.response(wire)
    except ValueError as error:
        raise MalformedResponse(str(error)) from error


def _login_failure(session: Session, text: str, code: bytes = b"") -> No | Goodbye:
    """The error of a failed login; after some, the connection ends."""
    session.failures += 1
    if session.failures >= ATTEMPTS:
        return Goodbye(text if code else "Too many failed logins", code)
    return No(text, code)
