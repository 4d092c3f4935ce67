"""How often PostgreSQL is waited for, in numbers that no machine and no network changes.

As ``test_costs.py``: a change that makes a number smaller changes it here too.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.imap import Imap
from bench.smtp import SmtpClient
from tests.stores import postgres

from .counted_server import Counts
from .counting import MESSAGE, SUMMARY, CountedServer, append, cost


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountedServer]:
    with postgres() as cluster:
        started = CountedServer(tmp_path_factory.mktemp("counted"), DATABASE_URL=cluster.url)
        started.start()
        yield started
        started.stop()


COMMANDS = {
    "NOOP": (b"NOOP", 2),
    "FLAGS": (b"FETCH 1 (FLAGS)", 1),
    "summary": (b"FETCH 1:50 " + SUMMARY, 1),
    "body": (b"FETCH 7 BODY.PEEK[]", 2),
    "COPY": (b"COPY 3 copies", 8),
    "SEARCH": (b"SEARCH UNSEEN", 2),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command(server: CountedServer, imap: Imap, name: str) -> None:
    command, expected = COMMANDS[name]
    assert cost(server, lambda _: imap.command(command)).round_trips == expected


def test_store(server: CountedServer, imap: Imap) -> None:
    def job(number: int) -> None:
        imap.command(b"STORE 5 %cFLAGS (\\Flagged)" % b"+-"[number % 2])

    assert cost(server, job).round_trips == 4


def test_append(server: CountedServer, imap: Imap) -> None:
    found = cost(server, lambda number: append(imap, 1_000 + number, b"copies"))
    assert found == Counts(4, 0, 1, 0, 1, 4)


def test_a_delivery(server: CountedServer, imap: Imap, email: str) -> None:
    """By LMTP, to an account without a filter, one of whose clients is there."""
    lmtp = SmtpClient("127.0.0.1", server.ports["lmtp"])
    found = cost(
        server,
        lambda number: lmtp.submit("ann@client.example", [email], MESSAGE % (number, number)),
    )
    lmtp.close()
    assert found == Counts(6, 1, 1, 0, 2, 6)
