"""Submission clients that send nonsense, too much, or stop half-way; and tickets that died
between composing and sending.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.mailserver import MailServer

from .wire import Wire, spools, until


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """A server that takes messages up to 200,000 octets."""
    server = MailServer(tmp_path_factory.mktemp("small"), MAX_MESSAGE="200000")
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log(), server.log()


@pytest.fixture
def alice(mail_server: MailServer) -> str:
    return mail_server.add_account()


@pytest.fixture
def wire(mail_server: MailServer, alice: str) -> Iterator[Wire]:
    with Wire(mail_server, "submission") as wire:
        yield wire.hello(alice)


def envelope(wire: Wire, sender: str, recipient: str) -> None:
    assert wire.say(f"MAIL FROM:<{sender}>".encode()).startswith(b"250 ")
    assert wire.say(f"RCPT TO:<{recipient}>".encode()).startswith(b"250 ")


def inbox(server: MailServer, email: str) -> bytes:
    with Wire(server).login(email) as imap:
        imap.send(b"s STATUS INBOX (MESSAGES)\r\n")
        return imap.line()


EMPTY = b"* STATUS INBOX (MESSAGES 0)\r\n"
ONE = b"* STATUS INBOX (MESSAGES 1)\r\n"


@pytest.mark.parametrize("start", [b"DATA", b"BDAT 500000", b"BDAT 500000 LAST"])
def test_a_message_cut_off_is_not_sent(mail_server: MailServer, alice: str, start: bytes) -> None:
    with Wire(mail_server, "submission").hello(alice) as wire:
        envelope(wire, alice, alice)
        wire.send(start + b"\r\n" + b"Subject: half\r\n\r\n" + b"x" * 400_000)
        until(lambda: spools(mail_server.pid) == 1, "the message arrives")
    until(lambda: spools(mail_server.pid) == 0, "its octets are let go")
    assert inbox(mail_server, alice) == EMPTY


def test_a_message_over_the_limit(small: MailServer) -> None:
    email = small.add_account()
    with Wire(small, "submission").hello(email) as wire:
        assert wire.say(f"MAIL FROM:<{email}> SIZE=200001".encode()).startswith(b"552 5.3.4 ")
        envelope(wire, email, email)
        assert wire.say(b"DATA").startswith(b"354 ")
        assert wire.say(b"x" * 250_000 + b"\r\n.").startswith(b"552 5.3.4 ")
        envelope(wire, email, email)
        wire.send(b"BDAT 250000 LAST\r\n" + b"NOOP\r\n" * 41_666 + b"NOOP" + b"NOOP\r\n")
        assert wire.answer().startswith(b"552 5.3.4 ")
        assert wire.answer().startswith(b"250 ")
        envelope(wire, email, email)
        assert wire.say(b"BDAT 99999999999999 LAST").startswith(b"552 5.3.4 ")
        assert wire.line() == b""
    assert inbox(small, email) == EMPTY


def test_long_lines_and_garbage_are_answered(mail_server: MailServer, wire: Wire) -> None:
    assert wire.say(b"NOOP " + b"x" * 3_000_000).startswith(b"500 5.5.6 ")
    assert wire.say(b"NOOP").startswith(b"250 ")
    assert wire.say(b"\xff\xfe\0 what").startswith(b"500 5.5.")
    assert wire.say(b"MAIL FROM:<a@b> SIZE=-1").startswith(b"501 5.5.4 ")
    assert wire.say(b"MAIL FROM:" + b"<" * 5000).startswith(b"501 5.")
    assert wire.say(b"").startswith(b"500 5.5.")
    assert wire.say(b"BDAT x").startswith(b"501 5.5.4 ")  # where would the chunk end?
    assert wire.line() == b""


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@", "@b", "a b@example.net", "a@b@c", "a@exa mple.net", '"a@example.net',
     "a@" + "x" * 300 + ".net", "x" * 400 + "@example.net", "a@[1.2.3", "a\0b@example.net",
     "ä@example.net", "a@-.net"],
)  # fmt: skip
def test_a_malformed_recipient(wire: Wire, alice: str, address: str) -> None:
    assert wire.say(f"MAIL FROM:<{alice}>".encode()).startswith(b"250 ")
    assert re.match(rb"5\d\d 5\.", wire.say(f"RCPT TO:<{address}>".encode()))
    assert wire.say(b"DATA").startswith((b"503 5.5.1 ", b"554 5.5."))


def test_random_octets(mail_server: MailServer, alice: str) -> None:
    chosen = random.Random(6409)
    for turn in range(20):
        with Wire(mail_server, "submission") as wire:
            if turn % 2:
                wire.hello(alice)
            try:
                for _ in range(25):
                    wire.send(chosen.randbytes(chosen.randint(1, 2000)) + b"\r\n")
            except OSError:
                continue  # it has closed meanwhile
    with Wire(mail_server, "submission").hello(alice) as wire:
        assert wire.say(b"NOOP").startswith(b"250 ")


def test_too_many_recipients(mail_server: MailServer, wire: Wire, alice: str) -> None:
    wire.say(f"MAIL FROM:<{alice}>".encode())
    wire.send(b"".join(b"RCPT TO:<r%d@example.net>\r\n" % number for number in range(1001)))
    replies = [wire.answer()[:10] for _ in range(1001)]
    assert replies[:1000] == [b"250 2.1.5 "] * 1000
    assert replies[1000] == b"452 4.5.3 "


# -- tickets -----------------------------------------------------------------------------


def composed(imap: Wire, email: str, expire: str = "") -> bytes:
    """A message in Sent and a ticket for it, as a client has them ready to send."""
    imap.send(b"c APPEND Sent {18+}\r\nSubject: x\r\n\r\nhi\r\n\r\n")
    uid = re.search(rb"APPENDUID \d+ (\d+)", imap.line())
    assert uid is not None
    user = email.replace("@", "%40")
    rump = f"imap://{user}@localhost/Sent/;UID={uid[1].decode()}{expire};URLAUTH=submit+{user}"
    imap.send(f'g GENURLAUTH "{rump}" INTERNAL\r\n'.encode())
    line = imap.line()
    assert imap.line().startswith(b"g OK")
    return line.removeprefix(b"* GENURLAUTH ").strip().strip(b'"')


def burl(wire: Wire, email: str, ticket: bytes) -> bytes:
    envelope(wire, email, email)
    return wire.say(b"BURL " + ticket + b" LAST")


def test_a_ticket_that_expired_before_sending(
    mail_server: MailServer, wire: Wire, alice: str
) -> None:
    with Wire(mail_server).login(alice) as imap:
        soon = datetime.now(UTC) + timedelta(seconds=2)
        ticket = composed(imap, alice, f";EXPIRE={soon:%Y-%m-%dT%H:%M:%SZ}")
        while datetime.now(UTC) < soon:
            time.sleep(0.05)
        assert burl(wire, alice, ticket).startswith((b"554 5.6.6 ", b"554 5.7.0 "))
        assert inbox(mail_server, alice) == EMPTY
        assert mail_server.call("sql", "SELECT * FROM submission WHERE sender = %s", [alice]) == []
        # The same session goes on with a fresh one.
        assert burl(wire, alice, composed(imap, alice)).startswith(b"250 ")
    assert inbox(mail_server, alice) == ONE


@pytest.mark.parametrize("revoke", ["RESETKEY", "RESETKEY Sent", "DELETE Sent", "expunge"])
def test_a_ticket_that_was_revoked_before_sending(
    mail_server: MailServer, wire: Wire, alice: str, revoke: str
) -> None:
    with Wire(mail_server).login(alice) as imap:
        ticket = composed(imap, alice)
        if revoke == "expunge":
            imap.ask(b"SELECT Sent")
            imap.ask(b"STORE 1 +FLAGS (\\Deleted)")
            revoke = "EXPUNGE"
        assert imap.ask(revoke.encode()).startswith(b"OK")
        assert burl(wire, alice, ticket).startswith((b"554 5.6.6 ", b"554 5.7.0 "))
        assert inbox(mail_server, alice) == EMPTY
        # A part that was taken before does not go out without the rest.
        envelope(wire, alice, alice)
        assert wire.say(b"BDAT 14\r\nSubject: y\r\n").startswith(b"250 ")
        assert wire.say(b"BURL " + ticket + b" LAST").startswith(b"554 ")
        assert inbox(mail_server, alice) == EMPTY
        assert wire.say(b"NOOP").startswith(b"250 ")


def test_a_ticket_of_a_disabled_account(mail_server: MailServer, alice: str) -> None:
    bob = mail_server.add_account("bob")
    with Wire(mail_server).login(alice) as imap:
        ticket = composed(imap, alice)
    mail_server.call("set_account", alice, {"is_active": False})
    with Wire(mail_server, "submission").hello(bob) as wire:
        assert burl(wire, bob, ticket).startswith(b"554 5.7.0 ")  # it was for alice
    assert inbox(mail_server, bob) == EMPTY
