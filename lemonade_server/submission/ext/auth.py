"""AUTH (RFC 4954) with PLAIN (RFC 4616) and OAUTHBEARER (RFC 7628)."""

from __future__ import annotations

import base64
import binascii

from lemonade_server import accounts
from lemonade_server.accounts import Identity, canonical
from lemonade_server.wire import sasl, smtp
from lemonade_server.wire.errors import Reply

from ..face import SUBMISSION
from ..registry import command, extension
from ..session import Session

MECHANISMS = ("PLAIN", "OAUTHBEARER")
BEARER_ERROR = b'{"status":"invalid_token"}'


def _offered(session: Session) -> str | None:
    return " ".join(MECHANISMS) if session.may_send_password else None


extension("AUTH", rfc=4954, value=_offered, on=(SUBMISSION,))


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
    if mechanism not in MECHANISMS:
        raise Reply(504, "5.5.4", f"{mechanism} is not one of {', '.join(MECHANISMS)}")
    response = await _response(session, initial)
    identity = await (_plain if mechanism == "PLAIN" else _bearer)(session, response)
    if identity is None or identity.role != accounts.USER_ROLE:
        raise Reply(535, "5.7.8", "Wrong name or password")
    session.identity = identity
    session.conn.deadline = None
    session.say(235, "2.7.0", "Welcome")


async def _response(session: Session, initial: bytes | None) -> bytes:
    """The client's first response: with the command, or after an empty challenge."""
    if initial is None:
        session.say(334, "", "")
        initial = await session.line()
        if initial == b"*":
            raise Reply(501, "5.7.0", "Cancelled")
    elif initial == b"=":
        return b""
    try:
        return base64.b64decode(initial, validate=True)
    except binascii.Error as error:
        raise Reply(501, "5.5.2", "That is no BASE64") from error


async def _plain(session: Session, response: bytes) -> Identity | None:
    try:
        given = sasl.plain(response)
    except ValueError as error:
        raise Reply(501, "5.5.2", str(error)) from error
    # Acting for somebody else is nobody's right here.
    if given.authzid and canonical(given.authzid) != canonical(given.login):
        return None
    return await session.service.logins.password(given.login, given.password, session.conn.peer)


async def _bearer(session: Session, response: bytes) -> Identity | None:
    try:
        given = sasl.oauthbearer(response)
    except ValueError as error:
        raise Reply(501, "5.5.2", str(error)) from error
    identity = await session.service.logins.token(given.token)
    if identity is not None and (not given.authzid or canonical(given.authzid) == identity.email):
        return identity
    # The error is a challenge, which the client answers before the exchange fails (§3.2.3).
    session.say(334, "", base64.b64encode(BEARER_ERROR).decode("ascii"))
    await session.line()
    return None
