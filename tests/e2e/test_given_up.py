"""Who gives up while the writer is blocked will send again: what he has sent is not filed behind
his back. Who waits is answered, and the answer is true.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.mailserver import MailServer

from .wire import Wire


class Suspicious(MailServer):
    """To whom everybody who closes without his answer has given up, however soon."""

    command = (
        "-c",
        "import sys; from lemonade_server.net import connection; connection.WAITED = 0.0; "
        "sys.argv[:] = ['manage.py', 'mail']; "
        "import runpy; runpy.run_path('manage.py', run_name='__main__')",
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = Suspicious(tmp_path_factory.mktemp("suspicious"))
    if server.environment["LEMONADE_DATABASE_URL"]:
        pytest.skip("the writer is blocked by a lock on the embedded database")
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log(), server.log()
    assert "SERVERBUG" not in server.log(), server.log()


@contextmanager
def blocked_writer(server: MailServer) -> Iterator[None]:
    """Nobody else can write to the database meanwhile."""
    with closing(sqlite3.connect(server.data / "lemonade.sqlite3", timeout=60)) as database:
        database.isolation_level = None
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def letter(subject: str, size: int) -> bytes:
    return f"Subject: {subject}\r\n\r\n".encode() + b"0123456789abcd\r\n" * (size // 16)


def send_append(wire: Wire, subject: str, size: int) -> None:
    octets = letter(subject, size)
    wire.send(b"a APPEND INBOX {%d}\r\n" % len(octets))
    assert wire.line().startswith(b"+ ")
    wire.send(octets + b"\r\n")


def send_data(wire: Wire, email: str, subject: str, size: int) -> None:
    for line in (f"MAIL FROM:<{email}>", f"RCPT TO:<{email}>"):
        assert wire.say(line.encode()).startswith(b"250 ")
    assert wire.say(b"DATA").startswith(b"354 ")
    wire.send(letter(subject, size) + b".\r\n")


def subjects(wire: Wire) -> list[str]:
    assert wire.ask(b"SELECT INBOX").startswith(b"OK ")
    wire.send(b"s FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]\r\n")
    found = []
    while not (line := wire.line()).startswith(b"s "):
        if line.startswith(b"Subject: "):
            found.append(line[9:].strip().decode())
    return sorted(found)


FACES = ("imap", "submission", "lmtp", "smtp")


def opened(server: MailServer, face: str, email: str) -> Wire:
    wire = Wire(server, face)
    if face == "imap":
        return wire.login(email)
    if face == "submission":
        return wire.hello(email)
    assert wire.say(b"LHLO mx.example.org" if face == "lmtp" else b"EHLO mx.example.org")
    return wire


def hand_over(wire: Wire, face: str, email: str, subject: str, size: int) -> None:
    if face == "imap":
        send_append(wire, subject, size)
    else:
        send_data(wire, email, subject, size)


@pytest.mark.parametrize("size", [300, 300_000])
def test_what_nobody_waits_for_is_not_filed(server: MailServer, size: int) -> None:
    email = server.add_account()
    with Wire(server).login(email) as other:
        waiting = {face: opened(server, face, email) for face in FACES}
        leaving = {face: opened(server, face, email) for face in FACES}
        with blocked_writer(server):
            for face in FACES:
                hand_over(waiting[face], face, email, f"waited by {face}", size)
                hand_over(leaving[face], face, email, f"left by {face}", size)
            for wire in leaving.values():
                wire.close()
            for _ in range(3):  # the server has seen what came before that
                assert other.ask(b"NOOP").startswith(b"OK ")
        assert waiting["imap"].reply(b"a ").startswith(b"OK ")
        for face in FACES[1:]:
            assert (reply := waiting[face].answer()).startswith(b"250 "), reply
        assert subjects(other) == sorted(f"waited by {face}" for face in FACES)
        for wire in waiting.values():
            wire.close()
        # Nothing comes later either: a commit behind these has gone through.
        send_append(other, "last", 300)
        assert other.reply(b"a ").startswith(b"OK ")
        assert len(subjects(other)) == len(FACES) + 1
