"""IMAP clients that send nonsense, too much, or stop half-way: each gets an answer in the
protocol's terms, nobody else notices, and nothing is left behind.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer

from .wire import Wire, spools, until

MEGABYTE = 1_000_000


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


def message_count(server: MailServer, email: str) -> bytes:
    with Wire(server).login(email) as wire:
        wire.send(b"s STATUS INBOX (MESSAGES)\r\n")
        return wire.line()


COMMANDS = {
    "append": b"APPEND INBOX ",
    "second": b"APPEND INBOX {14+}\r\nSubject: x\r\n\r\n ",
    "catenate": b"APPEND INBOX CATENATE (TEXT {14+}\r\nSubject: x\r\n\r\n TEXT ",
}


@pytest.mark.parametrize("literal", [b"{1000000+}", b"{1000000}", b"~{300000+}", b"~{300000}"])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_literal_cut_off_leaves_nothing(
    mail_server: MailServer, alice: str, command: bytes, literal: bytes
) -> None:
    with Wire(mail_server).login(alice) as wire:
        wire.send(b"a " + command + literal + b"\r\n")
        if b"+" not in literal:
            assert wire.line().startswith(b"+ ")
        wire.send(b"x" * 200_000)
        until(lambda: spools(mail_server.pid) == 1, "the message arrives")
    until(lambda: spools(mail_server.pid) == 0, "its octets are let go")
    assert message_count(mail_server, alice) == b"* STATUS INBOX (MESSAGES 0)\r\n"


def test_deep_nesting(mail_server: MailServer, alice: str) -> None:
    with Wire(mail_server).login(alice) as wire:
        wire.ask(b"SELECT INBOX")
        deep = b"(" * 10_000 + b"ALL" + b")" * 10_000
        assert wire.ask(b"SEARCH " + deep).startswith(b"BAD ")
        assert wire.ask(b"SEARCH " + b"NOT " * 10_000 + b"ALL").startswith(b"BAD ")
        assert wire.ask(b"SEARCH " + b"OR ALL " * 10_000 + b"ALL").startswith(b"BAD ")
        assert wire.ask(b"FETCH 1 " + deep).startswith(b"BAD ")
        assert wire.ask(b"LIST " + deep + b' "" *').startswith(b"BAD ")
        assert wire.ask(b"NOOP").startswith(b"OK ")


def test_sets_with_very_many_items(mail_server: MailServer, alice: str) -> None:
    """Nearly a megabyte of numbers is work, but no trouble; more is no command any more."""
    many = b",".join(b"%d" % (2 * number) for number in range(1, 130_000))
    with Wire(mail_server).login(alice) as wire:
        wire.ask(b"SELECT INBOX")
        assert wire.ask(b"UID FETCH " + many + b" (FLAGS)").startswith(b"OK ")
        assert wire.ask(b"UID SEARCH UID " + many).startswith(b"OK ")
        assert wire.ask(b"UID STORE " + many + b" +FLAGS (\\Seen)").startswith(b"OK ")
        assert wire.ask(b"UID COPY " + many + b" Archive").startswith(b"OK ")
        assert wire.ask(b"FETCH " + many + b" (FLAGS)").startswith(b"BAD ")
        assert wire.ask(b"UID FETCH " + many * 3 + b" (FLAGS)").startswith(b"BAD ")
        assert wire.ask(b"NOOP").startswith(b"OK ")


def test_lines_without_end(mail_server: MailServer, alice: str) -> None:
    with Wire(mail_server) as wire:
        wire.send(b"a LOGIN " + b"x" * 3 * MEGABYTE + b"\r\nb NOOP\r\n")
        assert wire.line().startswith(b"a BAD ")
        assert wire.line().startswith(b"b OK ")
        wire.login(alice)
        wire.send(b"c SELECT " + b"y" * 5 * MEGABYTE + b"\r\nd NOOP\r\n")
        assert wire.line().startswith(b"c BAD ")
        assert wire.line().startswith(b"d OK ")


def test_literals_before_login_are_short(mail_server: MailServer) -> None:
    with Wire(mail_server) as wire:
        assert wire.ask(b"LOGIN {100000}").startswith(b"NO [TOOBIG] ")
        assert wire.ask(b"APPEND INBOX {100000}").startswith(b"BAD ")
        wire.send(b"a LOGIN {100000+}\r\n" + b"x" * 100_000 + b" {3+}\r\nabc\r\nb NOOP\r\n")
        assert wire.line().startswith(b"a NO [TOOBIG] ")
        assert wire.line().startswith(b"b OK ")


def test_a_message_over_the_limit(small: MailServer) -> None:
    email = small.add_account()
    with Wire(small).login(email) as wire:
        # A client that waits is refused before it sends an octet (B-21).
        assert wire.ask(b"APPEND INBOX {200001}").startswith(b"NO [TOOBIG] ")
        # One that does not wait is read to the end of its command.
        wire.send(b"a APPEND INBOX {250000+}\r\n" + b"x" * 250_000 + b"\r\nb NOOP\r\n")
        assert wire.line().startswith(b"a NO [TOOBIG] ")
        assert wire.line().startswith(b"b OK ")
        # Two messages that are too large together.
        head = b"c APPEND INBOX {150000+}\r\n" + b"x" * 150_000
        wire.send(head + b" {150000+}\r\n" + b"x" * 150_000 + b"\r\n")
        assert wire.line().startswith(b"c NO [TOOBIG] ")
        # What would take for ever to swallow ends the connection.
        wire.send(b"d APPEND INBOX {99999999999+}\r\n")
        assert wire.line().startswith(b"* BYE [TOOBIG] ")
        assert wire.line() == b""
    assert message_count(small, email) == b"* STATUS INBOX (MESSAGES 0)\r\n"


NONSENSE = [
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2,
    b"\r\n\r\n\r\n\r\n\r\n",
    b"\0" * 5000 + b"\r\n",
    b"a\r\nb c\r\nd {5+}\r\nhello\r\n* x\r\n+ y\r\n",
    b"a LOGIN {4294967295+}\r\n",
    b"a LOGIN {99999999999999999999999}\r\n",
    b"a LOGIN {-5+}\r\n",
    b'a LOGIN "unfinished\r\n',
    b"a AUTHENTICATE PLAIN ====\r\n",
    b"a AUTHENTICATE PLAIN\r\n\xff\xfe\r\n",
]


@pytest.mark.parametrize("data", NONSENSE, ids=range(len(NONSENSE)))
def test_garbage_is_answered(mail_server: MailServer, data: bytes) -> None:
    with Wire(mail_server) as wire:
        wire.send(data)
        said = wire.line()
        assert said.split(b" ")[1] in (b"BAD", b"NO", b"BYE") or said.startswith(b"+ "), said


def test_random_octets(mail_server: MailServer, alice: str) -> None:
    """The server closes after some nonsense (B-24), in good order, and goes on for others."""
    chosen = random.Random(2026)
    for turn in range(20):
        with Wire(mail_server) as wire:
            if turn % 2:
                wire.login(alice)
            try:
                for _ in range(12):
                    wire.send(chosen.randbytes(chosen.randint(1, 3000)) + b"\r\n")
            except OSError:
                continue  # it has closed meanwhile
    with Wire(mail_server).login(alice) as wire:
        assert wire.ask(b"NOOP").startswith(b"OK ")


def test_random_damage_to_commands(mail_server: MailServer, alice: str) -> None:
    """Commands with a few octets changed: OK, NO or BAD, never SERVERBUG, never silence."""
    chosen = random.Random(4550)
    commands = [
        b'APPEND INBOX (\\Seen) "24-Nov-2026 06:00:00 +0000" {5+}\r\nhello',
        b'APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=1" TEXT {2+}\r\nxy)',
        b"UID FETCH 1:* (UID FLAGS ENVELOPE BODY.PEEK[HEADER.FIELDS (TO)]<0.10>) (CHANGEDSINCE 1)",
        b'SEARCH RETURN (MIN MAX COUNT) OR (FROM "a" NOT SEEN) HEADER X-Y "z" SINCE 1-Jan-2020',
        b'LIST (SUBSCRIBED) "" (INBOX "%") RETURN (CHILDREN STATUS (MESSAGES UIDNEXT))',
        b"STORE 1 (UNCHANGEDSINCE 5) +FLAGS.SILENT ($Forwarded \\Answered)",
        b'GENURLAUTH "imap://alice@localhost/INBOX/;UID=1;URLAUTH=submit+alice" INTERNAL',
        b"SELECT INBOX (QRESYNC (1 2 1:5 (1,2 1,2)))",
        b'STATUS "Sent" (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ SIZE)',
    ]
    with Wire(mail_server).login(alice) as steady:
        for turn in range(400):
            damaged = bytearray(chosen.choice(commands))
            for _ in range(chosen.randint(1, 3)):
                at = chosen.randrange(len(damaged))
                if chosen.random() < 0.5:
                    damaged[at] = chosen.choice(b'()[]{}"\\ *%+,:;0a\x80\0')
                else:
                    del damaged[at]
            if b"\n" in damaged and b"+}\r\n" not in damaged:
                continue  # it would wait for more
            with Wire(mail_server) as wire:
                wire.login(alice)
                wire.ask(b"SELECT INBOX")
                wire.send(b"z " + bytes(damaged) + b"\r\n\r\nzz LOGOUT\r\n")
                said = b"".join(iter(wire.line, b""))
                assert b"SERVERBUG" not in said, (turn, bytes(damaged), said)
                assert b"\nz " in b"\n" + said or b"* BAD" in said or b"BYE" in said, damaged
        assert steady.ask(b"NOOP").startswith(b"OK ")


def test_a_message_that_another_session_expunged(mail_server: MailServer, alice: str) -> None:
    with Wire(mail_server).login(alice) as one, Wire(mail_server).login(alice) as two:
        for _ in range(3):
            one.ask(b"APPEND INBOX {14+}\r\nSubject: x\r\n\r\n")
        two.ask(b"SELECT INBOX")
        one.ask(b"SELECT INBOX")
        one.ask(b"UID STORE 2 +FLAGS (\\Deleted)")
        assert one.ask(b"EXPUNGE").startswith(b"OK ")
        # Its number still stands for it (B-02), and the others are not disturbed.
        two.send(b"a FETCH 1:3 (UID ENVELOPE)\r\n")
        said = b"".join(iter(lambda: _up_to(two, b"a "), b""))
        assert said.count(b"FETCH (UID") in (2, 3)
        assert b"UID 1 " in said and b"UID 3 " in said
        assert two.ask(b"UID COPY 2 Archive").startswith((b"OK ", b"NO [EXPUNGEISSUED]"))
        assert two.ask(b"UID STORE 2 +FLAGS (\\Seen)").startswith((b"OK ", b"NO [EXPUNGEISSUED]"))
        assert two.ask(b"NOOP").startswith(b"OK ")


def _up_to(wire: Wire, tag: bytes) -> bytes:
    """Each line before the tagged one; empty at that one."""
    line = wire.line()
    return b"" if line.startswith(tag) else line
