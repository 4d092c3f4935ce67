"""Short ways to submit to and read from the server under test."""

from __future__ import annotations

import imaplib
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.mailserver import PASSWORD, MailServer


@contextmanager
def submission(server: MailServer, login: str) -> Iterator[smtplib.SMTP]:
    """A logged-in submission client that knows what EHLO said after login."""
    with smtplib.SMTP("127.0.0.1", server.ports["submission"], timeout=60) as smtp:
        smtp.ehlo("client.example")
        smtp.login(login, PASSWORD)
        smtp.ehlo("client.example")
        yield smtp


@contextmanager
def mailbox(server: MailServer, login: str) -> Iterator[imaplib.IMAP4]:
    """A logged-in IMAP client in INBOX."""
    with imaplib.IMAP4("127.0.0.1", server.ports["imap"], timeout=60) as imap:
        imap.login(login, PASSWORD)
        imap.select("INBOX")
        yield imap


def newest(server: MailServer, login: str) -> bytes:
    """The last message of an INBOX, without the trace fields that we put in front."""
    with mailbox(server, login) as imap:
        _, (count,) = imap.select("INBOX")
        assert count is not None
        _, data = imap.fetch(count.decode(), "(BODY.PEEK[])")
        found = data[0]
        assert isinstance(found, tuple)
        whole: bytes = found[1]
    _, _, rest = whole.partition(b"+0000\r\n")
    return rest


def ticket(server: MailServer, login: str, message: bytes, section: str = "") -> str:
    """Put a message into Sent and have a submit+ ticket made for it."""
    with mailbox(server, login) as imap:
        _, (answer,) = imap.append("Sent", "", "", message)
        assert answer is not None
        _, _, rest = answer.partition(b"APPENDUID ")
        validity, uid = rest.split(b"]")[0].decode().split()
        user = login.replace("@", "%40")
        rump = (
            f"imap://{user}@localhost/Sent;UIDVALIDITY={validity}/;UID={uid}{section}"
            f";URLAUTH=submit+{user}"
        )
        imap.send(f'g GENURLAUTH "{rump}" INTERNAL\r\n'.encode())
        line = imap.readline()
        imap.readline()
        return line.split(b'"')[1].decode()


def all_octets(found: list[Any]) -> list[bytes]:
    """The literal of each message that imaplib has fetched."""
    return [each[1] for each in found if isinstance(each, tuple)]


def octets(found: list[Any]) -> bytes:
    """The literal of the only message that imaplib has fetched."""
    (only,) = all_octets(found)
    return only


def octets_on_disk(server: MailServer) -> int:
    """Octets of all blobs."""
    return int(server.call("sql", "SELECT COALESCE(SUM(size), 0) FROM blob", [])[0][0])
