"""An account with some mail, and a view of it that does not depend on the client under test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from bench.imap import Imap
from tests.mailserver import PASSWORD, MailServer

_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")
_SUBJECT = re.compile(rb"^Subject: (.*?)\r?$", re.MULTILINE)


@dataclass
class Owner:
    """Whose mail it is, and what it looks like at the moment."""

    server: MailServer
    email: str
    imap: Imap

    def append(self, mailbox: str, subject: str, flags: str = "", body: str = "hello") -> None:
        octets = (
            f"From: Carol <carol@example.net>\r\nTo: <{self.email}>\r\nSubject: {subject}\r\n"
            f"Date: Tue, 24 Nov 2026 06:00:00 +0000\r\nMessage-ID: <{subject}@example.net>\r\n"
            f"\r\n{body}\r\n"
        ).encode()
        head = f"APPEND {mailbox} ({flags}) {{{len(octets)}+}}\r\n".encode()
        self.imap.command(head + octets)

    def mail(self, mailbox: str = "INBOX") -> dict[str, set[str]]:
        """Subject to flags, without \\Recent."""
        self.imap.command(f"EXAMINE {mailbox}".encode())
        lines = self.imap.command(b"UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        self.imap.command(b"UNSELECT")
        found: dict[str, set[str]] = {}
        for line in lines[:-1]:
            flags, subject = _FLAGS.search(line), _SUBJECT.search(line)
            assert flags is not None and subject is not None, line
            assert subject[1].decode() not in found, f"{subject[1]!r} is there twice"
            found[subject[1].decode()] = set(flags[1].decode().split()) - {"\\Recent"}
        return found

    def change(self, mailbox: str, subject: str, *commands: str) -> None:
        """Run commands in a mailbox; ``{uid}`` in them is the message with that subject."""
        self.imap.command(f"SELECT {mailbox}".encode())
        (line, _) = self.imap.command(f'UID SEARCH SUBJECT "{subject}"'.encode())
        uid = line.split()[-1].decode()
        for command in commands:
            self.imap.command(command.format(uid=uid).encode())
        self.imap.command(b"UNSELECT")

    def modseq(self, mailbox: str = "INBOX") -> bytes:
        """Rises with every change."""
        return self.imap.command(f"STATUS {mailbox} (HIGHESTMODSEQ UIDNEXT)".encode())[0]


@pytest.fixture
def owner(mail_server: MailServer) -> Iterator[Owner]:
    email = mail_server.add_account("owner")
    with closing(Imap("127.0.0.1", mail_server.ports["imap"])) as imap:
        imap.login(email, PASSWORD)
        yield Owner(mail_server, email, imap)
