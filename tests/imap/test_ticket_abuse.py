"""Tickets in wrong hands: guessing is slowed down, a disabled owner's tickets die (X-02, X-12).

Shows: URLAUTH.
"""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from types import SimpleNamespace

import pytest

from lemonade_server.imap.ext import urlauth
from lemonade_server.models import Account
from tests.mailserver import PASSWORD, MailServer

from .client import Client
from .inside import imap_server


def login(server: MailServer, email: str) -> imaplib.IMAP4:
    imap = imaplib.IMAP4("127.0.0.1", server.ports["imap"], timeout=60)
    imap.login(email, PASSWORD)
    return imap


def command(imap: imaplib.IMAP4, line: str) -> tuple[bytes, bytes]:
    """The untagged lines and the tagged reply."""
    imap.send(f"x {line}\r\n".encode())
    lines = []
    while not (reply := imap.readline()).startswith(b"x "):
        lines.append(reply)
    return b"".join(lines), reply


def ticket(server: MailServer, owner: str) -> str:
    imap = login(server, owner)
    assert imap.append("INBOX", "", "", b"Subject: x\r\n\r\nsecret")[0] == "OK"
    url = f"imap://{owner.replace('@', '%40')}@localhost/INBOX/;uid=1/;section=text"
    lines, _ = command(imap, f'GENURLAUTH "{url};urlauth=authuser" INTERNAL')
    imap.logout()
    found = re.search(rb'"(.*)"', lines)
    assert found is not None
    return found[1].decode()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that answers were held back, each time, none of which is waited for."""
    found: list[float] = []

    async def note(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(urlauth, "asyncio", SimpleNamespace(sleep=note))
    return found


@pytest.fixture
def people(transactional_db: None) -> Iterator[tuple[Client, Client]]:
    """Two sessions of Alice, on a server in this process."""
    Account.objects.create_user("alice@lemonade.test", "lemonade")
    with imap_server() as port, ExitStack() as stack:

        class Here:
            def connect(self) -> socket.socket:
                return socket.create_connection(("127.0.0.1", port), timeout=60)

        first, second = (
            stack.enter_context(closing(Client(Here(), "alice@lemonade.test"))) for _ in range(2)
        )
        yield first, second


def tickets(client: Client) -> tuple[bytes, bytes]:
    """One that is good and one that was made up."""
    client.ok(b"APPEND INBOX {20+}\r\nSubject: x\r\n\r\nsecret")
    url = "imap://alice%40lemonade.test@localhost/INBOX/;uid=1/;section=text;urlauth=authuser"
    client.ok(f'GENURLAUTH "{url}" INTERNAL')
    found = re.search(rb'"(.*)"', client.other[0])
    assert found is not None
    return found[0], found[0][:-67] + b"01" * 33 + b'"'


def test_who_guesses_waits_and_others_do_not(
    people: tuple[Client, Client], waits: list[float]
) -> None:
    guesser, other = people
    real, wrong = tickets(other)
    for _ in range(urlauth.FREE_FAILURES):
        guesser.ok(b"URLFETCH " + wrong)
        assert guesser.other[0].endswith(b" NIL\r\n")
    assert waits == []
    guesser.ok(b"URLFETCH" + (b" " + wrong) * 14)
    assert [line.endswith(b" NIL\r\n") for line in guesser.other] == [True] * 14
    first = urlauth.FIRST_DELAY
    assert waits[:4] == [first, 2 * first, 4 * first, 8 * first]
    assert len(waits) == 14 and waits == sorted(waits)
    assert waits[-1] == urlauth.LONGEST_DELAY
    other.ok(b"URLFETCH " + real)
    assert b'"secret"' in other.other[0]
    assert len(waits) == 14


def test_a_ticket_that_is_right_ends_the_waiting(
    people: tuple[Client, Client], waits: list[float]
) -> None:
    guesser, other = people
    real, wrong = tickets(other)
    for _ in range(urlauth.FREE_FAILURES + 3):
        guesser.ok(b"URLFETCH " + wrong)
    assert len(waits) == 3
    guesser.ok(b"URLFETCH " + real)
    assert b'"secret"' in guesser.other[0]
    for _ in range(urlauth.FREE_FAILURES):
        guesser.ok(b"URLFETCH " + wrong)
    assert len(waits) == 3


def test_a_disabled_owners_tickets_die(mail_server: MailServer) -> None:
    owner = mail_server.add_account()
    real = ticket(mail_server, owner)
    imap = login(mail_server, mail_server.add_account())
    assert b'"secret"' in command(imap, f'URLFETCH "{real}"')[0]
    mail_server.call("set_account", owner, {"is_active": False})
    assert command(imap, f'URLFETCH "{real}"')[0].endswith(b" NIL\r\n")
    mail_server.call("set_account", owner, {"is_active": True})
    assert b'"secret"' in command(imap, f'URLFETCH "{real}"')[0]
    imap.logout()


def test_uses_are_counted_and_no_token_is_logged(mail_server: MailServer) -> None:
    owner, reader = mail_server.add_account(), mail_server.add_account()
    real = ticket(mail_server, owner)
    imap = login(mail_server, reader)
    for _ in range(3):
        command(imap, f'URLFETCH "{real}"')
    wrong = real[:-66] + "0102" * 16 + "03"
    command(imap, f'URLFETCH "{wrong}"')
    imap.logout()
    rows = mail_server.call(
        "sql",
        "SELECT uses, octets, last_used_by FROM urlauth_ticket WHERE rump = %s",
        [real.rsplit(":", 2)[0]],
    )
    assert rows == [[3, 18, reader]]
    log = mail_server.log()
    assert "ticket refused" in log
    assert real[-64:] not in log and wrong[-64:] not in log
