"""BURL of a ticket that Debian's Dovecot has issued (RFC 4467, RFC 4468).

Shows: BURL.
"""

from __future__ import annotations

import imaplib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mailserver import MailServer
from tests.webmail.dovecot import dovecot, installed

from .clients import newest, submission

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(not installed(), reason="needs Debian's dovecot-imapd, as root"),
]

MESSAGE = (
    b"Date: Tue, 24 Nov 2026 05:00:00 +0000\r\nMessage-ID: <tea@client.example>\r\n"
    b"Subject: tea\r\n\r\nAt five?\r\n"
)


CRASHED = "Panic: file "
"""Dovecot 2.3.19 loses the process that serves ``submit+`` tickets, on each of them."""


@dataclass
class Elsewhere:
    """Dovecot: its port, and its log."""

    port: int
    log: Path


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    """Not in pytest's folder, which only root may pass through."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o755)
        with dovecot(root, tickets=True) as port:
            yield Elsewhere(port, root / "log")


def serving(
    factory: pytest.TempPathFactory, elsewhere: Elsewhere, login: str
) -> Iterator[MailServer]:
    """A server of ours that trusts Dovecot, which knows it by that name."""
    trusted = f"imap+plain://localhost:{elsewhere.port} {login} lemon"
    found = MailServer(factory.mktemp("mail"), BURL_SERVERS=trusted)
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def as_alice(
    tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere
) -> Iterator[MailServer]:
    yield from serving(tmp_path_factory, elsewhere, "alice1")


@pytest.fixture(scope="module")
def as_submit(
    tmp_path_factory: pytest.TempPathFactory, elsewhere: Elsewhere
) -> Iterator[MailServer]:
    yield from serving(tmp_path_factory, elsewhere, "submit")


def ticket(elsewhere: Elsewhere, login: str, access: str, message: bytes = MESSAGE) -> str:
    """One for the whole of a new message in Sent."""
    with imaplib.IMAP4("127.0.0.1", elsewhere.port, timeout=60) as imap:
        imap.login(login, "lemon")
        imap.create("Sent")
        _, (answer,) = imap.append("Sent", "", "", message)
        assert answer is not None and b"APPENDUID" in answer, answer
        validity, uid = answer.partition(b"APPENDUID ")[2].split(b"]")[0].decode().split()
        rump = (
            f"imap://{login}@localhost:{elsewhere.port}/Sent;UIDVALIDITY={validity}/;UID={uid}"
            f";URLAUTH={access}"
        )
        imap.send(f'g GENURLAUTH "{rump}" INTERNAL\r\n'.encode())
        line = imap.readline().decode()
        imap.readline()
        assert ":internal:" in line, line
        return line.partition(" GENURLAUTH ")[2].strip().strip('"')


def test_a_message_in_dovecot_is_sent_from_there(
    as_alice: MailServer, elsewhere: Elsewhere
) -> None:
    """A ticket for who has logged in there, which is us."""
    alice, bob = as_alice.add_account("alice"), as_alice.add_account("bob")
    url = ticket(elsewhere, "alice1", "authuser")
    with submission(as_alice, alice) as smtp:
        smtp.mail(alice)
        smtp.rcpt(bob)
        code, text = smtp.docmd("BURL", f"{url} LAST")
        assert code == 250, text
        assert newest(as_alice, bob) == f"From: <{alice}>\r\n".encode() + MESSAGE
        # Octets of ours and of theirs in one message.
        body = ticket(elsewhere, "alice1", "authuser", b"X: y\r\n\r\n" + b"tea " * 30_000)
        smtp.mail(alice)
        smtp.rcpt(bob)
        smtp.send(b"BDAT 8\r\nA: b\r\n\r\n")
        assert smtp.getreply()[0] == 250
        code, text = smtp.docmd("BURL", body)
        assert (code, text) == (250, b"2.5.0 120008 octets taken")
        smtp.send(b"BDAT 5 LAST\r\nend\r\n")
        assert smtp.getreply()[0] == 250
        assert newest(as_alice, bob).endswith(
            b"A: b\r\n\r\nX: y\r\n\r\n" + b"tea " * 30_000 + b"end\r\n"
        )
        # A ticket that was changed gives nothing.
        smtp.mail(alice)
        smtp.rcpt(bob)
        wrong = url[:-1] + ("0" if url[-1] != "0" else "1")
        code, text = smtp.docmd("BURL", f"{wrong} LAST")
        assert (code, text[:5]) == (554, b"5.6.6")


def test_a_ticket_for_the_submission_service(as_submit: MailServer, elsewhere: Elsewhere) -> None:
    alice, bob = as_submit.add_account("alice"), as_submit.add_account("bob")
    name = alice.partition("@")[0]
    url = ticket(elsewhere, name, f"submit+{name}")
    with submission(as_submit, alice) as smtp:
        smtp.mail(alice)
        smtp.rcpt(bob)
        code, text = smtp.docmd("BURL", f"{url} LAST")
    if CRASHED in elsewhere.log.read_text():
        assert (code, text[:5]) == (554, b"5.6.6")
        pytest.skip("this Dovecot's imap-urlauth-login crashes")
    assert code == 250, text
    assert newest(as_submit, bob) == MESSAGE


def test_somebody_elses_ticket_is_not_even_asked_for(
    as_submit: MailServer, elsewhere: Elsewhere
) -> None:
    """P-25."""
    alice, bob = as_submit.add_account("alice"), as_submit.add_account("bob")
    url = ticket(elsewhere, alice.partition("@")[0], f"submit+{bob.partition('@')[0]}")
    with submission(as_submit, alice) as smtp:
        smtp.mail(alice)
        smtp.rcpt(bob)
        code, text = smtp.docmd("BURL", f"{url} LAST")
        assert (code, text[:5]) == (554, b"5.7.0")
