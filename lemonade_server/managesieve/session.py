"""One ManageSieve connection: who it is, and the writer of its responses."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings

from lemonade_server.auth.logins import Logins
from lemonade_server.directory import accounts
from lemonade_server.directory.accounts import Identity
from lemonade_server.net.connection import Connection
from lemonade_server.sieve.lexer import MAX_SCRIPT
from lemonade_server.store.db import Database, Tx
from lemonade_server.wire.errors import No
from lemonade_server.wire.imap_framer import ImapFramer
from lemonade_server.wire.syntax import string

LOGIN_SECONDS = 60.0
IDLE_SECONDS = 1800.0
"""At least 30 minutes once logged in (RFC 5804 §2)."""

LINE_LIMIT = 16_384
BEFORE_LOGIN = 16_384
"""Octets of a command before login, literals included: SASL responses."""

T = TypeVar("T")


@dataclass(slots=True)
class Service:
    """What all sessions of a process share. ``tls`` None: no STARTTLS."""

    db: Database
    logins: Logins
    tls: ssl.SSLContext | None


class Goodbye(Exception):
    """The connection must end with this BYE."""

    def __init__(self, text: str, code: bytes = b"") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class Session:
    """State of one connection."""

    def __init__(self, conn: Connection, service: Service) -> None:
        self.conn = conn
        self.service = service
        self.framer = _framer()
        self.identity: Identity | None = None
        self.failures = 0
        self._unwatch: Callable[[], None] | None = None
        conn.begin(self.framer)

    @property
    def user(self) -> Identity:
        """Who is logged in. Raises No when nobody is."""
        if self.identity is None:
            raise No("Authenticate first")
        return self.identity

    @property
    def may_send_password(self) -> bool:
        """Whether a password may cross this connection, in the clear or encrypted."""
        allowed = settings.LEMONADE.plaintext_auth
        return (
            self.conn.is_tls
            or allowed == "always"
            or (allowed == "loopback" and self.conn.is_loopback)
        )

    def logged_in(self, identity: Identity | None) -> None:
        """Enter the authenticated state, or leave it. The connection ends with the login."""
        self.identity = identity
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        if identity is not None:
            live = self.service.logins.live
            self._unwatch = live.watch(
                identity, lambda: self.conn.end(_login_ended(), at_once=True)
            )
        self.framer.memory_limit = BEFORE_LOGIN if identity is None else MAX_SCRIPT + LINE_LIMIT

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on under TLS, with nothing known of what came before (RFC 5804 §2.2)."""
        self.framer = _framer()
        await self.conn.start_tls(context, self.framer)

    def say(self, condition: bytes, text: str = "", code: bytes = b"") -> None:
        """Queue OK, NO or BYE with its response code and text (RFC 5804 §1.2)."""
        parts = [condition]
        if code:
            parts.append(b"(%b)" % code)
        if text:
            parts.append(string(text.encode(), utf8=True))
        self.conn.write(b" ".join(parts) + b"\r\n")

    async def read(self, job: Callable[[Tx, Identity], T]) -> T:
        """Read as the user, who must still be one (X-02). Raises Goodbye."""
        user = self.user
        return await self.service.db.read(lambda tx: job(tx, _still(tx, user)))

    async def write(self, job: Callable[[Tx, Identity], T]) -> T:
        """Write as the user, who must still be one. Raises Goodbye, No."""
        user = self.user
        return await self.service.db.write(lambda tx: job(tx, _still(tx, user)))


def _framer() -> ImapFramer:
    return ImapFramer(line_limit=LINE_LIMIT, memory_limit=BEFORE_LOGIN)


def _still(tx: Tx, user: Identity) -> Identity:
    if not accounts.still_valid(tx, user):
        raise _login_ended()
    return user


def _login_ended() -> Goodbye:
    return Goodbye("The password was changed, or the account disabled")
