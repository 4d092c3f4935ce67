"""PostgreSQL and Redis that end in the middle of everything, and come back: said once, in words
that each protocol has for it, and nothing has to be started again.
"""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial

import pytest

from tests.mailserver import PASSWORD
from tests.stores import Postgres, Redis, postgres, redis_server

from .system import System
from .wire import Wire, until

pytestmark = pytest.mark.slow

ALICE = "alice@lemonade.test"
MESSAGE = b"Subject: meanwhile\r\n\r\nhello\r\n"


class Shared(System):
    """A system over PostgreSQL and Redis, to which a client can connect."""

    def connect(self, port: str = "imap") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.ports[port]), timeout=60)


@pytest.fixture(scope="module")
def stores() -> Iterator[tuple[Postgres, Redis]]:
    with redis_server() as redis, postgres() as cluster:
        yield cluster, redis


@pytest.fixture(scope="module")
def shared(
    stores: tuple[Postgres, Redis], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shared]:
    cluster, redis = stores
    system = Shared(
        tmp_path_factory.mktemp("shared"), DATABASE_URL=cluster.url, REDIS_URL=redis.url
    )
    system.start()
    yield system
    assert system.stop() == 0
    assert "Traceback" not in system.log(), system.log()
    assert "SERVERBUG" not in system.log(), system.log()


def missing(system: System) -> list[str]:
    return list(system.health()[1].get("missing", []))


def page(system: System) -> tuple[int, str]:
    """What the webmail answers to somebody with a session."""
    asked = urllib.request.Request(f"{system.url}/", headers={"Cookie": f"sessionid={'x' * 32}"})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def is_told_of(system: System, start: int, store: str) -> bool:
    """Whether whoever said that a store is away says that it is back."""
    found = outage_counts(system, start, store)
    return found["available again"] == found["unavailable"]


def outage_counts(system: System, start: int, store: str) -> dict[str, int]:
    """How often the log says from there on that a store is away, and that it is back."""
    text = system.log()[start:]
    words = ("unavailable", "available again")
    return {word: len(re.findall(f'event="{store} {word}', text)) for word in words}


def append(wire: Wire) -> bytes:
    return wire.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(MESSAGE), MESSAGE))


def offer(wire: Wire) -> bytes:
    """The first refusal, or the answer to the message."""
    wire.say(b"RSET")
    for line in (f"MAIL FROM:<{ALICE}>".encode(), f"RCPT TO:<{ALICE}>".encode(), b"DATA"):
        if not (reply := wire.say(line)).startswith((b"250 ", b"354 ")):
            return reply
    wire.send(MESSAGE + b".\r\n")
    return wire.answer()


def takes(wire: Wire) -> bool:
    return offer(wire).startswith(b"250 ")


def test_a_database_that_ends_at_once(shared: Shared, stores: tuple[Postgres, Redis]) -> None:
    cluster, _ = stores
    start = len(shared.log())
    with (
        Wire(shared).login(ALICE) as imap,
        Wire(shared, "submission").hello(ALICE) as submission,
        Wire(shared, "lmtp") as lmtp,
        Wire(shared, "smtp") as smtp,
    ):
        lmtp.say(b"LHLO mx.example.org")
        smtp.say(b"EHLO mx.example.org")
        assert append(imap).startswith(b"OK ")
        assert page(shared)[0] == 200
        cluster.stop()
        for _ in range(5):
            assert (reply := append(imap)).startswith(b"NO [UNAVAILABLE] "), reply
            assert (reply := imap.ask(b"SELECT INBOX")).startswith(b"NO [UNAVAILABLE] "), reply
            for wire in (submission, lmtp, smtp):
                assert (reply := offer(wire)).startswith(b"451 4.3.0 "), reply
        with Wire(shared) as late:
            reply = late.ask(f"LOGIN {ALICE} {PASSWORD}".encode())
            assert reply.startswith(b"NO [UNAVAILABLE] "), reply
        status, text = page(shared)
        assert status == 503
        assert "does not answer" in text
        until(lambda: "database" in missing(shared), "health names it")
        cluster.start()
        until(lambda: append(imap).startswith(b"OK "), "IMAP works again")
        for wire in (submission, lmtp, smtp):
            until(partial(takes, wire), "mail is taken again")
        until(lambda: page(shared)[0] == 200, "pages are shown again")
        until(lambda: shared.health()[0] == 200, "all is up", 60)
    # Once a process: mail, web and worker use it, each when it does.
    until(partial(is_told_of, shared, start, "database"), "each says that it is back", 200)
    found = outage_counts(shared, start, "database")
    assert 1 <= found["unavailable"] <= 3, found


def test_redis_that_ends_at_once(shared: Shared, stores: tuple[Postgres, Redis]) -> None:
    _, redis = stores
    start = len(shared.log())
    with Wire(shared).login(ALICE) as imap, Wire(shared, "submission").hello(ALICE) as submission:
        redis.stop()
        assert append(imap).startswith(b"OK ")
        assert offer(submission).startswith(b"250 ")
        assert page(shared)[0] == 200
        until(lambda: "redis" in missing(shared), "health names it")
        redis.start()
        assert append(imap).startswith(b"OK ")
        until(lambda: shared.health()[0] == 200, "all is up", 90)
    found = outage_counts(shared, start, "Redis")
    assert 1 <= found["unavailable"] <= 4, found
