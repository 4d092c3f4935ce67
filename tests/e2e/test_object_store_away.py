"""An object store that hangs, trickles or resets: who needs it hears "later" before he gives up,
nobody else notices, and the log says so once.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lemonade_server.transfer.importer import BATCH
from tests.mailserver import MailServer
from tests.object_store import HANGS, REFUSES, RESETS, TRICKLES, WELL, ObjectStore, object_store
from tests.processes import ROOT

from .wire import Wire, until

LIMIT = 0.5
"""Seconds for each call, in place of the real ones."""

LARGE = b"Subject: large\r\n\r\n" + b"0123456789abcd\r\n" * 20_000
SMALL = b"Subject: small\r\n\r\nhello\r\n"


def impatient(*words: str) -> tuple[str, ...]:
    """A command that waits for LIMIT where the real one waits for seconds."""
    return (
        "-c",
        "import sys; from lemonade_server.store import object_blobs as o, outages as u; "
        f"o.CONNECTING = o.REQUEST = o.UPLOAD = {LIMIT}; "
        "sys.argv[0] = 'manage.py'; "
        "import runpy; runpy.run_path('manage.py', run_name='__main__')",
        *words,
    )


class Impatient(MailServer):
    """Waits no longer than a client does."""

    command = impatient("mail")


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    pytest.importorskip("obstore")
    with object_store() as store:
        yield store


@pytest.fixture(scope="module")
def server(store: ObjectStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = Impatient(tmp_path_factory.mktemp("impatient"), BLOB_URL="s3://mail/blobs")
    server.environment |= store.variables
    server.start()
    yield server
    store.become(WELL)
    server.stop()
    assert "Traceback" not in server.log(), server.log()
    assert "SERVERBUG" not in server.log(), server.log()


def append(wire: Wire, octets: bytes) -> bytes:
    return wire.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(octets), octets))


def fetched(wire: Wire, number: int) -> bytes:
    """The octets of a message; b"" when it can't be read."""
    wire.send(b"f FETCH %d BODY.PEEK[]\r\n" % number)
    found = b""
    while line := wire.line():
        if line.startswith(b"f "):
            return found
        if size := re.search(rb"\{(\d+)\}\r\n", line):
            try:
                found = wire.take(int(size[1]))
            except (AssertionError, EOFError, ConnectionError, ValueError):
                return b""
    return b""


def offer(wire: Wire, email: str, octets: bytes) -> bytes:
    """The answer to a message that is handed over by SMTP, LMTP or submission."""
    for line in (f"MAIL FROM:<{email}>", f"RCPT TO:<{email}>"):
        assert (reply := wire.say(line.encode())).startswith(b"250 "), reply
    assert wire.say(b"DATA").startswith(b"354 ")
    wire.send(octets + b".\r\n")
    return wire.answer()


@pytest.mark.parametrize("state", [HANGS, TRICKLES, RESETS, REFUSES])
def test_who_needs_it_hears_later(server: MailServer, store: ObjectStore, state: str) -> None:
    email = server.add_account()
    before = len(server.log())
    with (
        Wire(server).login(email) as imap,
        Wire(server, "submission").hello(email) as submission,
        Wire(server, "lmtp") as lmtp,
    ):
        lmtp.say(b"LHLO mx.example.org")
        assert append(imap, LARGE + state.encode()).startswith(b"OK ")
        assert imap.ask(b"SELECT INBOX").startswith(b"OK ")
        store.become(state)

        other = Wire(server).login(email)
        new = LARGE + state.encode() * 4  # octets that are known would not be written again
        imap.send(b"l APPEND INBOX {%d+}\r\n%b\r\n" % (len(new), new))
        assert store.met.wait(60)
        # Who needs no large message notices nothing meanwhile.
        assert append(other, SMALL).startswith(b"OK ")
        assert offer(lmtp, email, SMALL).startswith(b"250 ")
        assert imap.reply(b"l ").startswith(b"NO [UNAVAILABLE] ")

        for face in (submission, lmtp):
            reply = offer(face, email, LARGE + state.encode() * 2 + b"\r\n")
            assert reply.startswith(b"451 4.3.0 "), reply
        with Wire(server).login(email) as reader:
            assert reader.ask(b"SELECT INBOX").startswith(b"OK ")
            assert fetched(reader, 2) == SMALL
            assert fetched(reader, 1) == b""
        assert other.ask(b"STATUS INBOX (MESSAGES)").startswith(b"OK ")

        store.become(WELL)
        until(
            lambda: append(imap, LARGE + state.encode() * 3).startswith(b"OK "), "it is used again"
        )
        until(lambda: outage_lines(server, before)[1:] != [], "its end is told")
        assert outage_lines(server, before) == ["unavailable:", "available again"]
        assert imap.ask(b"NOOP").startswith(b"OK ")
        assert fetched(imap, 1) == LARGE + state.encode()
        # What was refused is not there: a large one, two small ones and that at the end are.
        other.send(b"c STATUS INBOX (MESSAGES)\r\n")
        assert other.line().endswith(b"INBOX (MESSAGES 4)\r\n")
        other.close()


def outage_lines(server: MailServer, start: int) -> list[str]:
    """What the log says of the store from there on."""
    return re.findall(r"blob store (unavailable:|available again)", server.log()[start:])


@pytest.mark.parametrize("state", [REFUSES, HANGS])
def test_a_command_says_so_and_how_far_it_is(
    server: MailServer, store: ObjectStore, tmp_path: Path, state: str
) -> None:
    email = server.add_account()
    for number in range(BATCH):  # of messages so small that the database holds them
        (tmp_path / f"{number:02}.eml").write_bytes(SMALL)
    (tmp_path / "last.eml").write_bytes(LARGE)
    store.become(state)
    done = subprocess.run(
        [sys.executable, *impatient("importmail", email, str(tmp_path))],
        cwd=ROOT,
        env=server.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    store.become(WELL)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(re.findall("blob store unavailable", done.stderr)) == 1
    assert "CommandError: The mail store is unavailable, try again later." in done.stderr
    assert f"{BATCH} messages were stored before; repeat to go on." in done.stderr
