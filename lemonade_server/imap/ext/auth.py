"""LOGIN and AUTHENTICATE (RFC 3501 §6.2) with SASL-IR (RFC 4959).

Mechanisms: PLAIN (RFC 4616), OAUTHBEARER (RFC 7628) and, for old clients under TLS, LOGIN
(draft-murchison-sasl-login).
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable

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
from lemonade_server.directory.accounts import SUBMIT_ROLE, Identity
from lemonade_server.imap import states
from lemonade_server.imap.ext.starttls import may_login
from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.imap.hooks import LoggedIn, login_parameters
from lemonade_server.imap.registry import (
    Capability,
    Ok,
    capabilities,
    capability,
    command,
    login_ok,
)
from lemonade_server.imap.session import Session
from lemonade_server.store import mailboxes
from lemonade_server.wire import sasl
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No

NEEDS = ("starttls",)

RESPONSE_SECONDS = 60.0
ATTEMPTS = 4  # failed logins of one connection

Exchange = Callable[[Session, bytes | None], Awaitable[Identity]]


def under_tls(session: Session) -> bool:
    """The condition of mechanisms that nobody should use in the clear, not even on loopback."""
    return session.conn.is_tls


SASL_IR = capability(Capability(b"SASL-IR", rfc=4959, when=states.NOT_AUTHENTICATED))
MECHANISMS: dict[bytes, tuple[Capability, Exchange]] = {}


def mechanism(
    name: bytes, rfc: int, enabled: Callable[[Session], bool], exchange: Exchange
) -> Capability:
    """Register a SASL mechanism."""
    word = b"AUTH=" + name
    row = capability(Capability(word, rfc, when=states.NOT_AUTHENTICATED, enabled=enabled))
    MECHANISMS[name] = (row, exchange)
    return row


@command(b"LOGIN", states=states.NOT_AUTHENTICATED)
async def login(session: Session, args: Cursor) -> Ok | None:
    """Log in with name and password, where the connection is private enough."""
    name = args.sp().astring(eight_bit=True)
    password = args.sp().astring(eight_bit=True)
    wanted = _parameter(session, args)
    args.end()
    if not may_login(session):
        raise No("use STARTTLS first", b"PRIVACYREQUIRED")
    identity = await _log_in_by(session, "LOGIN", _check(session, name, password))
    return await _welcome(session, identity, wanted)


@command(b"AUTHENTICATE", states=states.NOT_AUTHENTICATED)
async def authenticate(session: Session, args: Cursor) -> Ok | None:
    """Log in by a SASL mechanism; its first response may stand in the command.

    All of the command's line is judged before the first challenge (P-57).
    """
    name = args.sp().keyword()
    initial: bytes | None = None
    if args.peek(1) == b" " and args.peek(2) != b" (":
        wire = args.sp().atom()
        initial = b"" if wire == b"=" else _decode(wire)
    wanted = _parameter(session, args)
    args.end()
    if name not in MECHANISMS:
        raise No("this mechanism is not supported", b"CANNOT")
    row, exchange = MECHANISMS[name]
    if not row.enabled(session):
        raise No("use STARTTLS first", b"PRIVACYREQUIRED")
    identity = await _log_in_by(session, name.decode("ascii"), exchange(session, initial))
    return await _welcome(session, identity, wanted)


async def plain(session: Session, initial: bytes | None) -> Identity:
    """One response holds it all."""
    return (await prove(session, exchanges.plain, initial)).identity


async def login_prompts(session: Session, initial: bytes | None) -> Identity:
    """Name and password, each asked for (draft-murchison-sasl-login §2)."""
    name = await respond(session, b"User Name\0") if initial is None else initial
    password = await respond(session, b"Password\0")
    return await _check(session, name, password)


async def oauthbearer(session: Session, initial: bytes | None) -> Identity:
    """A token that the web made."""
    return (await prove(session, exchanges.oauthbearer, initial)).identity


AUTH_PLAIN = mechanism(b"PLAIN", 4616, may_login, plain)
AUTH_OAUTHBEARER = mechanism(b"OAUTHBEARER", 7628, may_login, oauthbearer)
AUTH_LOGIN = mechanism(b"LOGIN", 3501, under_tls, login_prompts)


class Dialogue:
    """Challenges and responses as IMAP carries them (RFC 3501 §6.2.2)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def peer(self) -> str:
        return self._session.conn.peer

    @property
    def scope(self) -> Scope:
        return Scope.MAIL

    def channel_binding(self, kind: str) -> bytes | None:
        return self._session.conn.channel_binding(kind)

    async def respond(self, challenge: bytes) -> bytes:
        return await respond(self._session, challenge)


async def prove(
    session: Session,
    exchange: Callable[[Dialogue, Logins, bytes | None], Awaitable[ProvedLogin]],
    initial: bytes | None,
) -> ProvedLogin:
    """What an exchange proves. Raises Bad, InvalidCredentials, NotAuthorized, LoginDelayed."""
    try:
        return await exchange(Dialogue(session), session.service.logins, initial)
    except MalformedResponse as error:
        raise Bad(str(error)) from error


async def respond(session: Session, challenge: bytes) -> bytes:
    """Send a challenge and decode the client's response. Raises Bad, also when cancelled (L-20)."""
    session.conn.write(b"+ ", base64.b64encode(challenge), b"\r\n")
    line = await session.line(RESPONSE_SECONDS)
    if line is None or line == b"*":
        raise Bad("cancelled")
    return _decode(line)


def _decode(wire: bytes) -> bytes:
    try:
        return sasl.response(wire)
    except ValueError as error:
        raise Bad(str(error)) from error


async def _check(session: Session, user: bytes, password: bytes) -> Identity:
    """Whom a password proves. Raises InvalidCredentials, LoginDelayed."""
    try:
        login, secret = user.decode(), password.decode()
    except UnicodeDecodeError:
        # No name or password is like it.
        raise InvalidCredentials(user.decode("utf-8", "replace")) from None
    identity = await session.service.logins.password(login, secret, session.conn.peer, Scope.MAIL)
    if identity is None:
        raise InvalidCredentials(login)
    return identity


async def _log_in_by(session: Session, method: str, proof: Awaitable[Identity]) -> Identity:
    """Who logs in by ``proof``, with a line in the log whatever comes of it.

    Raises No and, after some failures, Goodbye.
    """
    peer = (session.conn.peer, method, session.client)
    try:
        identity = await proof
    except LoginDelayed as refusal:
        login_log.log_refusal(refusal, "imap", *peer)
        raise login_failure(session, refusal.text, b"UNAVAILABLE") from refusal
    except InvalidCredentials as refusal:
        login_log.log_failure("imap", refusal.login, *peer)
        words = "the name or the password is wrong"
        raise login_failure(session, words, b"AUTHENTICATIONFAILED") from refusal
    except NotAuthorized as refusal:
        login_log.log_failure("imap", refusal.login, *peer)
        code = b"AUTHORIZATIONFAILED" if refusal.authorization else b"AUTHENTICATIONFAILED"
        raise No(refusal.text, code) from refusal
    if identity.role == SUBMIT_ROLE and not session.conn.is_tls:
        login_log.log_failure("imap", identity.email, *peer)
        raise No("the submission service logs in under TLS only", b"PRIVACYREQUIRED")
    login_log.log_success("imap", identity.email, *peer)
    return identity


def login_failure(session: Session, text: str, code: bytes) -> No | Goodbye:
    """The error of a failed login; after some, the connection ends."""
    session.failures += 1
    if session.failures >= ATTEMPTS:
        return Goodbye("too many failed logins" if code != b"UNAVAILABLE" else text, code)
    return No(text, code)


def _parameter(session: Session, args: Cursor) -> LoggedIn | None:
    """A parameter at the end of the command, if there is one. Raises Bad."""
    found = (parameter(session, args) for parameter in login_parameters)
    return next((each for each in found if each is not None), None)


async def _welcome(session: Session, identity: Identity, wanted: LoggedIn | None) -> Ok:
    """Enter the authenticated state; the OK tells what can be done now (L-01).

    An account that was made elsewhere, as in the admin, gets its standard mailboxes here.
    """
    account = identity.id
    if await session.read(lambda tx: mailboxes.find(tx, account, "INBOX")) is None:
        await session.write(lambda tx: mailboxes.provision(tx, account))
    session.logged_in(identity)
    if wanted is not None:
        return await wanted(session)
    return login_ok(capabilities(session))
