"""What a command costs the server, in numbers that no machine changes.

A change that makes a number smaller changes it here too; one that makes it greater needs a reason.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from bench.imap import Imap
from bench.smtp import SmtpClient

from .counted_server import Counts
from .counting import MESSAGE, SUMMARY, CountedServer, append, cost, login

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("LEMONADE_DATABASE_URL")), reason="counts the statements of SQLite"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CountedServer]:
    started = CountedServer(tmp_path_factory.mktemp("counted"))
    started.start()
    yield started
    started.stop()


COMMANDS = {
    "NOOP": (b"NOOP", Counts(0, 0, 0, 0, 0)),
    "FLAGS": (b"FETCH 1 (FLAGS)", Counts(1, 1, 0, 0, 0)),
    "summary": (b"FETCH 1:50 " + SUMMARY, Counts(1, 1, 0, 0, 0)),
    "body": (b"FETCH 7 BODY.PEEK[]", Counts(2, 1, 0, 0, 0)),
    "COPY": (b"COPY 3 copies", Counts(9, 0, 1, 0, 1)),
    "SEARCH": (b"SEARCH UNSEEN", Counts(2, 1, 0, 0, 0)),
    "SEARCH COUNT": (b"SEARCH RETURN (COUNT) UNSEEN", Counts(1, 1, 0, 0, 0)),
    "SEARCH PARTIAL": (b"SEARCH RETURN (PARTIAL -1:-50) ALL", Counts(2, 1, 0, 0, 0)),
    "SORT PARTIAL": (b"SORT RETURN (PARTIAL 1:50) (SUBJECT) UTF-8 ALL", Counts(1, 1, 0, 0, 0)),
    "SORT": (b"SORT (REVERSE DATE) UTF-8 ALL", Counts(1, 1, 0, 0, 0)),
    "THREAD": (b"THREAD REFERENCES UTF-8 ALL", Counts(1, 1, 0, 0, 1)),
    "conversations": (
        b"UID SORT RETURN (COUNT PARTIAL 1:50 COLLAPSE) (REVERSE ARRIVAL) UTF-8 ALL",
        Counts(1, 1, 0, 0, 0),
    ),
    "rows of conversations": (b"UID FETCH 1:50 (CONVERSATION)", Counts(4, 1, 0, 0, 0)),
    "SELECT": (b"SELECT INBOX", Counts(5, 2, 0, 0, 0)),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command(server: CountedServer, imap: Imap, name: str) -> None:
    command, expected = COMMANDS[name]
    assert cost(server, lambda _: imap.command(command)) == expected


def test_store(server: CountedServer, imap: Imap) -> None:
    def job(number: int) -> None:
        imap.command(b"STORE 5 %cFLAGS (\\Flagged)" % b"+-"[number % 2])

    assert cost(server, job) == Counts(4, 0, 1, 0, 1)


def test_append(server: CountedServer, imap: Imap) -> None:
    found = cost(server, lambda number: append(imap, 1_000 + number, b"copies"))
    assert found == Counts(9, 0, 1, 0, 1)


def test_a_delivery(server: CountedServer, imap: Imap, email: str) -> None:
    """By LMTP, to an account without a filter, one of whose clients is there."""
    lmtp = SmtpClient("127.0.0.1", server.ports["lmtp"])
    found = cost(
        server,
        lambda number: lmtp.submit("ann@client.example", [email], MESSAGE % (number, number)),
    )
    lmtp.close()
    assert found == Counts(13, 1, 1, 0, 1)


@pytest.mark.parametrize(("root", "expected"), [("other", 15), ("muted", 19)])
def test_a_delivery_to_who_mutes(server: CountedServer, root: str, expected: int) -> None:
    """Whose account has muted a conversation pays for a look at it, nobody else.

    Without a client that is there a delivery takes 14 statements.
    """
    email = server.add_account("muter")
    client = login(server, email)
    client.command(b"APPEND INBOX ($Muted) {25+}\r\nMessage-ID: <muted@x>\r\n\r\n")
    client.close()
    lmtp = SmtpClient("127.0.0.1", server.ports["lmtp"])
    message = MESSAGE.replace(b"Subject", b"References: <%b@x>\r\nSubject" % root.encode())
    found = cost(
        server,
        lambda number: lmtp.submit("ann@client.example", [email], message % (number, number)),
    )
    lmtp.close()
    assert found == Counts(expected, 1, 1, 0, 1)


def test_a_login(server: CountedServer, imap: Imap, email: str) -> None:
    """Of a client that is known and has another connection."""
    assert cost(server, lambda _: login(server, email).close()) == Counts(2, 2, 0, 0, 0)
