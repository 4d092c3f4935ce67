"""Hosts that hang, drip, flood, talk nonsense or give answers that nobody expects."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from lemonade_server.delivery.relay import requiretls, smtp_connection
from lemonade_server.delivery.relay.hosts import Host
from lemonade_server.models import Account

from .conftest import relay_to
from .post import inbox, pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL, DAVE = "carol@example.org", "dave@example.org"
Behave = Callable[[socket.socket], None]
MOST_DRIPS = 600
"""Half a minute of them, where the limits under test are half a second."""


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Behave], None]]:
    """Relay to a host that does to its first connection what it is told."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def start(behave: Behave) -> None:
        def live() -> None:
            peer, _ = listener.accept()
            with peer:
                try:
                    behave(peer)
                except OSError:
                    return  # the client has had enough

        relay_to(monkeypatch, f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        threads.append(threading.Thread(target=live))
        threads[0].start()

    yield start
    listener.close()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def attempt(alice: Account) -> tuple[str, str, str]:
    """State, status and words of a message after one attempt."""
    sent = send(alice, CAROL).submission
    pass_on(sent)
    (row,) = rows(sent)
    return row.state, row.status, row.diagnostic


def drips(alice: Account, host: Callable[[Behave], None], octets: bytes) -> int:
    """How often a host sends these octets, with pauses, until it is left alone."""
    sent = 0

    def drip(peer: socket.socket) -> None:
        nonlocal sent
        while sent < MOST_DRIPS:
            peer.sendall(octets)
            sent += 1
            time.sleep(0.05)

    host(drip)
    assert attempt(alice)[:2] == ("queued", "4.4.1")
    return sent


def test_a_host_that_never_speaks(
    alice: Account, host: Callable[[Behave], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_connection, "REPLY_SECONDS", 0.3)

    def wait(peer: socket.socket) -> None:
        peer.recv(100)

    host(wait)
    assert attempt(alice)[:2] == ("queued", "4.4.1")


def test_a_host_that_drips(
    alice: Account, host: Callable[[Behave], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_connection, "REPLY_SECONDS", 0.5)

    assert drips(alice, host, b"2") < MOST_DRIPS


def test_a_conversation_ends_however_lively_the_host_is(
    alice: Account, host: Callable[[Behave], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_connection, "CONVERSATION_SECONDS", 0.5)

    assert drips(alice, host, b"220-and\r\n") < MOST_DRIPS


@pytest.mark.parametrize("flood", [b"220-more to come\r\n", b"220-" + b"x" * 1000])
def test_a_host_that_floods(alice: Account, host: Callable[[Behave], None], flood: bytes) -> None:
    sent = 0

    def pour(peer: socket.socket) -> None:
        nonlocal sent
        while sent < 50_000_000:
            sent += peer.send(flood * 100)

    host(pour)
    state, status, words = attempt(alice)
    assert (state, status) == ("queued", "4.4.1")
    assert sent < 20_000_000
    assert len(words) < 1200


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n", b"\xff\xfe\x00\r\n", b"\r\n"]
)
def test_a_host_that_is_no_mail_host(
    alice: Account, host: Callable[[Behave], None], greeting: bytes
) -> None:
    host(lambda peer: peer.sendall(greeting))
    assert attempt(alice)[:2] == ("queued", "4.4.1")


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("answer", ["what?", "150 hm", "999 hm", "354 hm"])
def test_nonsense_is_no_verdict(alice: Account, sink: Sink, command: str, answer: str) -> None:
    if (command, answer) == ("DATA", "354 hm"):
        pytest.skip("that is no nonsense")
    sink.answers[command] = answer
    state, status, _ = attempt(alice)
    assert (state, status[0]) == ("queued", "4")
    assert inbox(alice) == []


def test_a_recipient_that_the_host_can_not_verify_gets_the_message(
    alice: Account, sink: Sink
) -> None:
    sink.answers["RCPT"] = "252 2.5.0 perhaps"
    assert attempt(alice)[0] == "relayed"
    assert len(sink.taken) == 1


@pytest.mark.parametrize("command", ["DATA", "BDAT"])
def test_a_message_that_was_not_asked_for_is_not_relayed(
    alice: Account, sink: Sink, command: str
) -> None:
    sink.answers[command] = "250 2.0.0 fine, thanks"
    if command == "BDAT":
        sink.features += ["CHUNKING", "BINARYMIME"]
        message = b"Content-Transfer-Encoding: binary\r\n\r\n\0"
        sent = send(alice, CAROL, message=message, body="BINARYMIME").submission
        sink.answers["BDAT"] = "354 hm"
        pass_on(sent)
        assert rows(sent)[0].state == "queued"
    else:
        assert attempt(alice)[0] == "queued"
    assert sink.taken == []


def test_a_status_of_another_class_is_not_believed(alice: Account, sink: Sink) -> None:
    sink.answers["RCPT"] = "550 2.1.5 ok"
    assert attempt(alice)[:2] == ("failed", "5.0.0")


def test_no_other_host_is_asked_once_the_message_may_have_been_taken(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink.hang_up = "END"
    here = Host("127.0.0.1", sink.port)
    monkeypatch.setattr(requiretls, "hosts_of", lambda domain: [here, here])
    sent = send(alice, CAROL).submission
    pass_on(sent)
    (row,) = rows(sent)
    assert (row.state, row.status) == ("queued", "4.4.2")
    assert sink.lines.count("DATA") == 1


def test_the_size_that_is_declared_is_never_exceeded(alice: Account, sink: Sink) -> None:
    """A host may refuse what is larger than MAIL said (RFC 1870 §6.3); ours does."""
    message = b"Subject: x\r\n\r\nno line end"
    pass_on(send(alice, CAROL, message=message).submission)
    (taken,) = sink.taken
    declared = int(taken.mail.rpartition("SIZE=")[2])
    assert len(message) <= len(taken.octets) <= declared
    sink.features[:] = ["SIZE"]
    letter = "Subject: x\r\n\r\nä\r\n".encode()
    pass_on(send(alice, DAVE, message=letter).submission)
    assert "SIZE" not in sink.taken[1].mail
