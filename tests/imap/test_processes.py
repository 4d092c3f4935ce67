"""Two server processes on the same ports and data; a restart and a crash."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from lemonade_server.store import hints
from tests.mailserver import MailServer

from .client import Client

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
APPEND = b"APPEND INBOX {%d+}\r\n%b" % (len(MESSAGE), MESSAGE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = MailServer(tmp_path_factory.mktemp("processes"))
    server.start()
    yield server
    server.stop()


def test_clients_of_both_processes_hear_of_new_mail_at_once(pair: MailServer) -> None:
    email = pair.add_account()
    with ExitStack() as stack:
        # The kernel spreads connections: with ten, both processes have some.
        clients = [stack.enter_context(closing(Client(pair, email))) for _ in range(10)]
        for client in clients:
            client.select()
        quickest = hints.POLL  # of some: the machine may be busy with other things once
        for count in range(1, 6):
            tags = [client.start_idle() for client in clients[1:]]
            started = time.monotonic()
            clients[0].ok(APPEND)
            for client, tag in zip(clients[1:], tags, strict=True):
                client.wait_for(b"* %d EXISTS\r\n" % count)
                client.end_idle(tag)
            quickest = min(quickest, time.monotonic() - started)
        assert quickest < hints.POLL / 3, "the poll alone has told them"


def test_uids_go_on_after_a_restart_and_after_a_crash(server: MailServer) -> None:
    email = server.add_account()
    with closing(Client(server, email)) as client:
        client.select()
        first = client.ok(APPEND)
        client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)")
        client.ok("EXPUNGE")
    assert server.stop_server() == 0
    server.start_server()
    with closing(Client(server, email)) as client:
        second = client.ok(APPEND)
    server.kill_server()
    server.start_server()
    with closing(Client(server, email)) as client:
        client.select()
        assert client.uids == [2], "what was answered OK is there after a crash"
        third = client.ok(APPEND)
    codes = [reply.partition(b"]")[0].split() for reply in (first, second, third)]
    assert [int(code[-1]) for code in codes] == [1, 2, 3]
    assert len({code[-2] for code in codes}) == 1, "one UIDVALIDITY"


def test_a_stop_says_good_bye(server: MailServer) -> None:
    email = server.add_account()
    with closing(Client(server, email)) as client:
        client.select()
        client.start_idle()
        assert server.stop_server() == 0
        client.wait_for(b"* BYE [UNAVAILABLE] the server is stopping, come back soon\r\n")
    server.start_server()
