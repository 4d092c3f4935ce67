"""Clients that write as fast as they can and note what they were promised."""

from __future__ import annotations

import base64
import random
import re
import threading
from collections.abc import Callable
from contextlib import ExitStack

from bench.imap import Imap, ProtocolTrouble
from bench.smtp import SmtpClient
from tests.mailserver import MailServer

from .ledger import Ledger, message

SIZES = (400, 4_000, 30_000, 90_000)  # the last ones become files of their own
_APPENDED = re.compile(rb"APPENDUID (\d+) (\d+)")
_TICKET = re.compile(rb"\* GENURLAUTH (.*)")


class TokenSmtp(SmtpClient):
    """Logs in with a token in place of the password: a killed server has forgotten the passwords
    that it had verified, and argon2 would be most of the work.
    """

    def _greet(self, user: str, password: str) -> None:
        self.reply()
        self.command(b"EHLO client.example")
        self.command(b"AUTH OAUTHBEARER " + bearer(user, password))


def bearer(user: str, token: str) -> bytes:
    """SASL OAUTHBEARER's only response."""
    return base64.b64encode(f"n,a={user},\1auth=Bearer {token}\1\1".encode())


class Client(threading.Thread):
    """Connects, works until the connection breaks, and connects again.

    ``answers`` are refusals: there should be none, whatever is killed.
    """

    def __init__(self, server: MailServer, ledger: Ledger, email: str, friend: str) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.ledger = ledger
        self.email = email
        self.friend = friend
        self.token = server.call("token", email)
        self.enough = threading.Event()
        self.answers: list[str] = []
        self.connections = ExitStack()

    def run(self) -> None:
        while not self.enough.is_set():
            try:
                with ExitStack() as self.connections:
                    self.work()
            except (OSError, ProtocolTrouble) as error:
                if isinstance(error, ProtocolTrouble) and "closed" not in str(error):
                    self.answers.append(str(error))
                self.enough.wait(0.05)

    def work(self) -> None:
        """Connect and go on until enough. Raises OSError, ProtocolTrouble."""
        raise NotImplementedError

    def imap(self) -> Imap:
        client = Imap("127.0.0.1", self.server.ports["imap"])
        self.connections.callback(client.close)
        client.command(b"AUTHENTICATE OAUTHBEARER " + bearer(self.email, self.token))
        return client

    def smtp(self) -> SmtpClient:
        client = TokenSmtp("127.0.0.1", self.server.ports["submission"], self.email, self.token)
        self.connections.callback(client.close)
        return client

    def append(self, imap: Imap, token: str) -> tuple[int, int]:
        """Append a message; its UIDVALIDITY and UID."""
        octets = message(token, self.email, random.choice(SIZES))
        done = imap.command(b"APPEND INBOX {%d+}\r\n%b" % (len(octets), octets))[-1]
        return appended(done)


def appended(done: bytes) -> tuple[int, int]:
    match = _APPENDED.search(done)
    assert match is not None, done
    return int(match[1]), int(match[2])


class Appender(Client):
    """APPEND and APPEND CATENATE."""

    def work(self) -> None:
        imap = self.imap()
        while not self.enough.is_set():
            token = self.ledger.begin("append", {f"{self.email}/INBOX"})
            validity, uid = self.append(imap, token)
            self.ledger.promise(token)
            token = self.ledger.begin("catenate", {f"{self.email}/INBOX"})
            head = message(token, self.email, 0)
            url = b"/INBOX;UIDVALIDITY=%d/;UID=%d/;SECTION=TEXT" % (validity, uid)
            imap.command(
                b'APPEND INBOX CATENATE (TEXT {%d+}\r\n%b URL "%b")' % (len(head), head, url)
            )
            self.ledger.promise(token)


class Filer(Client):
    """Moves what it has appended: the message must end up in one place, not two, not none."""

    def __init__(self, server: MailServer, ledger: Ledger, email: str, friend: str) -> None:
        super().__init__(server, ledger, email, friend)
        self.moved: set[str] = set()

    def work(self) -> None:
        imap = self.imap()
        imap.command(b"SELECT INBOX")
        while not self.enough.is_set():
            token = self.ledger.begin("move")
            _, uid = self.append(imap, token)
            self.ledger.promise(token)
            imap.command(b"UID STORE %d +FLAGS.SILENT ($Forwarded)" % uid)
            imap.command(b"UID MOVE %d Archive" % uid)
            self.moved.add(token)


class Submitter(Client):
    """DATA, BDAT and BURL in turn, each to a friend here and to somebody elsewhere."""

    def work(self) -> None:
        smtp, imap = self.smtp(), self.imap()
        ways: list[Callable[[str], None]] = [
            lambda token: self.by_data(smtp, token),
            lambda token: self.by_chunk(smtp, token),
            lambda token: self.by_ticket(smtp, imap, token),
        ]
        while not self.enough.is_set():
            for kind, way in zip(("data", "bdat", "burl"), ways, strict=True):
                token = self.begin(kind)
                way(token)
                self.ledger.promise(token)

    def begin(self, kind: str) -> str:
        """A token for the next message."""
        return self.ledger.begin(kind)

    def recipients(self) -> list[str]:
        """Of that message."""
        return [self.friend, "someone@example.net"]

    def envelope(self, smtp: SmtpClient) -> None:
        smtp.command(f"MAIL FROM:<{self.email}>".encode())
        for recipient in self.recipients():
            smtp.command(f"RCPT TO:<{recipient}>".encode())

    def by_data(self, smtp: SmtpClient, token: str) -> None:
        self.envelope(smtp)
        smtp.command(b"DATA")
        smtp.command(message(token, self.email, random.choice(SIZES)) + b".")

    def by_chunk(self, smtp: SmtpClient, token: str) -> None:
        octets = message(token, self.email, random.choice(SIZES))
        smtp.submit(self.email, self.recipients(), octets)

    def by_ticket(self, smtp: SmtpClient, imap: Imap, token: str) -> None:
        validity, uid = self.append(imap, token)
        user = self.email.replace("@", "%40")
        rump = (
            f"imap://{user}@localhost/INBOX;UIDVALIDITY={validity}/;UID={uid};URLAUTH=submit+{user}"
        )
        reply = imap.command(f'GENURLAUTH "{rump}" INTERNAL'.encode())[0]
        ticket = _TICKET.fullmatch(reply)
        assert ticket is not None, reply
        self.envelope(smtp)
        smtp.command(b"BURL %b LAST" % ticket[1].strip(b'"'))


class Forwarder(Client):
    """The webmail's way: composed into Sent, queued, submitted by a worker."""

    def __init__(self, server: MailServer, ledger: Ledger, email: str, friend: str) -> None:
        super().__init__(server, ledger, email, friend)
        self.uid = self.append(self.imap(), "an original")[1]
        self.connections.close()

    def work(self) -> None:
        while not self.enough.is_set():
            places = {f"{self.friend}/INBOX", "sink/someone@example.net"}
            token = self.ledger.begin("forward", places, f"{self.email}/Sent")
            to = f"{self.friend}, someone@example.net"
            try:
                self.server.call("forward", self.email, self.uid, to, token)
            except RuntimeError as error:
                if not str(error).startswith("Unreachable"):
                    self.answers.append(str(error))
            else:
                self.ledger.promise(token)
            self.enough.wait(0.1)
