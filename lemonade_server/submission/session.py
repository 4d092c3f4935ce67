"""One connection: its face, who it is, its transaction, and the writer of its replies."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from lemonade_server.auth.logins import Logins
from lemonade_server.directory.accounts import Identity
from lemonade_server.net.connection import Connection, PeerGone
from lemonade_server.store.db import Database
from lemonade_server.wire import smtp
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp import MailCommand, RcptCommand
from lemonade_server.wire.smtp_framer import CommandLine, LineTooLong, SmtpFramer

from .face import LMTP, SUBMISSION, Bounds, Verdict
from .transaction import Transaction


@dataclass(slots=True)
class Service:
    """What all sessions of a process share. ``tls`` None: no STARTTLS."""

    db: Database
    logins: Logins
    tls: ssl.SSLContext | None


class Goodbye(Exception):
    """The connection must end, with this last reply."""

    def __init__(self, code: int, enhanced: str, text: str) -> None:
        super().__init__(text)
        self.reply = smtp.reply(code, enhanced, text)


def goodbye_of_shutdown() -> Goodbye:
    """The end of a connection whose account was disabled or deleted, or has a new password."""
    return Goodbye(421, "4.7.0", "Your account has changed: log in again")


class Face(Protocol):
    """One way in. ``protocol`` is the word of the greeting and of the Received field."""

    @property
    def name(self) -> str: ...

    @property
    def protocol(self) -> str: ...

    @property
    def bounds(self) -> Bounds: ...

    async def admit_sender(self, session: Session, mail: MailCommand) -> None:
        """Judge the reverse-path. Raises Reply, Goodbye."""

    async def admit_recipient(self, session: Session, recipient: RcptCommand) -> None:
        """Judge a recipient. Raises Reply."""

    async def take(self, session: Session) -> list[Verdict]:
        """Take responsibility for the transaction's message. Raises Reply, No.

        A verdict for each reply that is owed (``Session.owed``).
        """


class Session:
    """State of one connection and the writer of its replies.

    ``owed`` counts the replies to the command at work: one, but one a recipient when a message
    came by LMTP (RFC 2033 §4.2).
    """

    def __init__(self, conn: Connection, service: Service, face: Face) -> None:
        self.conn = conn
        self.service = service
        self.face = face
        self.framer = SmtpFramer()
        conn.begin(self.framer)
        self.helo = ""
        self.extended = False
        self.identity: Identity | None = None
        self.transaction: Transaction | None = None
        self.errors = 0
        self.owed = 1
        self._unwatch: Callable[[], None] | None = None

    @property
    def max_message(self) -> int:
        """Octets."""
        return settings.LEMONADE.max_message

    @property
    def user(self) -> Identity:
        """The logged-in identity. Raises Reply when nobody is logged in."""
        if self.identity is None:
            raise Reply(530, "5.7.0", "Authentication required")
        return self.identity

    def logged_in(self, identity: Identity | None) -> None:
        """Note who it is, None for nobody any more. The connection ends with the login."""
        self.identity = identity
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        if identity is not None:
            live = self.service.logins.live
            self._unwatch = live.watch(
                identity, lambda: self.conn.end(goodbye_of_shutdown(), at_once=True)
            )

    def require_login(self) -> None:
        """Raises Reply when this face serves only those who have logged in, and nobody has."""
        if self.face.name == SUBMISSION:
            _ = self.user

    @property
    def current(self) -> Transaction:
        """The open transaction. Raises Reply when there is none."""
        if self.transaction is None:
            raise Reply(503, "5.5.1", "MAIL first")
        return self.transaction

    @property
    def may_send_password(self) -> bool:
        """Whether a password may cross this connection in the clear or is encrypted."""
        allowed = settings.LEMONADE.plaintext_auth
        return (
            self.conn.is_tls
            or allowed == "always"
            or (allowed == "loopback" and self.conn.is_loopback)
        )

    @property
    def protocol(self) -> str:
        """For the Received field (RFC 3848)."""
        if not self.extended:
            return "SMTP"
        word = self.face.protocol
        if self.transaction is not None and self.transaction.mail.smtputf8:
            word = f"UTF8{word.removeprefix('E')}"  # RFC 6531 §3.7.3
        return word + "S" * self.conn.is_tls + "A" * (self.identity is not None)

    def say(self, code: int, enhanced: str, *lines: str) -> None:
        """Queue a reply; it leaves when the session waits for the client again."""
        self.conn.write(smtp.reply(code, enhanced, *lines))

    def owe_each(self) -> None:
        """From here on the command at work has a reply for each recipient, where that is so."""
        if self.face.name == LMTP and self.transaction is not None:
            self.owed = max(1, len(self.transaction.recipients))

    def reset(self) -> None:
        """Forget the transaction."""
        if self.transaction is not None:
            self.transaction.close()
            self.transaction = None

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Go on under TLS, with nothing known of what came before (RFC 3207 §4.2)."""
        self.reset()
        self.helo = ""
        self.extended = False
        self.logged_in(None)
        self.framer = SmtpFramer()
        await self.conn.start_tls(context, self.framer)

    async def line(self) -> bytes:
        """The next line of the client as it is, for SASL. Raises Reply, PeerGone."""
        match await self.conn.event(self.face.bounds.idle):
            case CommandLine(text):
                return text
            case LineTooLong():
                raise Reply(500, "5.5.6", "The line is too long")
            case _:
                raise PeerGone("closed in the middle of a command")
