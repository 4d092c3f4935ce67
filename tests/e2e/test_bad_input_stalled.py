"""Clients that ask for much and read nothing: memory stays bounded, others notice nothing, and
the connection is ended after a while.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer

from .wire import Wire, memory, until

pytestmark = pytest.mark.slow

MEGABYTE = 1_048_576
PATIENCE = 3.0
STALLED = 8


class Impatient(MailServer):
    """Ends a connection whose buffer was full for PATIENCE seconds, not for two minutes."""

    command = (
        "-c",
        "import sys; from lemonade_server.net import connection; "
        f"connection.WRITE_TIMEOUT = {PATIENCE}; sys.argv[:] = ['manage.py', 'mail']; "
        "import runpy; runpy.run_path('manage.py', run_name='__main__')",
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = Impatient(tmp_path_factory.mktemp("impatient"))
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.log(), server.log()


def connections(server: MailServer) -> int:
    """Established connections at the server's IMAP port."""
    port = f":{server.ports['imap']:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        rows = [line.split() for line in table]
    return sum(row[1].endswith(port) and row[3] == "01" for row in rows)


def test_who_reads_nothing_is_dropped_and_costs_little(server: MailServer) -> None:
    email = server.add_account()
    with Wire(server).login(email) as other:
        octets = b"Subject: large\r\n\r\n" + b"0123456789abcdef" * (8 * MEGABYTE // 16)
        assert other.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(octets), octets)).startswith(b"OK")
        other.ask(b"SELECT INBOX")
        before = memory(server.pid)
        stalled = [Wire(server).login(email) for _ in range(STALLED)]
        for wire in stalled:
            wire.send(b"x SELECT INBOX\r\n" + b"x FETCH 1 BODY.PEEK[]\r\n" * 50)  # 400 MB each
        until(lambda: connections(server) > STALLED, "they are connected")
        most = answered = 0
        while connections(server) > 1:  # until the stalled ones are dropped
            assert other.ask(b"NOOP").startswith(b"OK")
            answered += 1
            most = max(most, memory(server.pid))
            time.sleep(0.02)
        assert answered > STALLED
        assert most - before < STALLED * 2 * MEGABYTE + 16 * MEGABYTE
        for wire in stalled:
            wire.close()
        assert other.ask(b"NOOP").startswith(b"OK")


KEYWORDS = b" ".join(b"%c%b" % (letter, b"x" * 90) for letter in b"abcdefghijklmnopqrstuvwxyz")
EVENTS = b"MessageNew (UID BODY.PEEK[]) MessageExpunge FlagChange"


@pytest.mark.parametrize(
    "command", [b"IDLE", b"NOTIFY SET (selected (%b))" % EVENTS], ids=["idle", "notify"]
)
def test_who_listens_and_reads_nothing(server: MailServer, command: bytes) -> None:
    """What it is not told yet is no memory: the mailbox has it."""
    email = server.add_account()
    with Wire(server).login(email) as other:
        before = memory(server.pid)
        octets = b"Subject: new\r\n\r\n" + b"0123456789abcdef" * (2 * MEGABYTE // 16)
        assert other.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(octets), octets)).startswith(b"OK")
        other.ask(b"SELECT INBOX")
        deaf = [Wire(server).login(email) for _ in range(STALLED)]
        for wire in deaf:
            wire.send(b"x SELECT INBOX\r\nx " + command + b"\r\n")
        most = 0
        for turn in range(100):
            for each in (b"APPEND INBOX {%d+}\r\n%b" % (len(octets), octets),) * (turn % 10 == 0):
                assert other.ask(each).startswith(b"OK")
            sign = b"+-"[turn % 2 : turn % 2 + 1]
            assert other.ask(b"STORE 1 %bFLAGS.SILENT (%b)" % (sign, KEYWORDS)).startswith(b"OK")
            most = max(most, memory(server.pid))
        assert most - before < STALLED * 2 * MEGABYTE + 32 * MEGABYTE
        for wire in deaf:
            wire.close()
        until(lambda: connections(server) == 1, "they are forgotten")
        assert other.ask(b"NOOP").startswith(b"OK")


def test_who_sends_commands_and_reads_nothing(server: MailServer) -> None:
    """What is not read is not answered; what is not answered is not taken in."""
    email = server.add_account()
    with Wire(server).login(email) as flood, Wire(server).login(email) as other:
        before = memory(server.pid)
        flood.set_timeout(0.5)
        sent = 0
        block = b'x LIST "" "*"\r\n' * 4000
        with pytest.raises(OSError):  # the buffers on the way are full
            while sent < 200 * MEGABYTE:
                flood.send(block)
                sent += len(block)
        assert sent < 100 * MEGABYTE
        assert memory(server.pid) - before < 24 * MEGABYTE
        assert other.ask(b"NOOP").startswith(b"OK")


def test_a_submission_client_that_reads_nothing(server: MailServer) -> None:
    email = server.add_account()
    with Wire(server, "submission").hello(email) as flood, Wire(server).login(email) as other:
        before = memory(server.pid)
        flood.set_timeout(0.5)
        sent = 0
        with pytest.raises(OSError):
            while sent < 200 * MEGABYTE:
                flood.send(b"EHLO x\r\n" * 10_000)
                sent += 80_000
        assert memory(server.pid) - before < 24 * MEGABYTE
        assert other.ask(b"NOOP").startswith(b"OK")
