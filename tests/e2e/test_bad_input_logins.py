"""Wrong credentials: one answer and about one time for every reason, and a brake on guessing."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator

import pytest

from lemonade_server.throttle import PER_LOGIN
from tests.mailserver import PASSWORD, MailServer

from .wire import Wire


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """A server of its own: failed logins count for the address, too."""
    server = MailServer(tmp_path_factory.mktemp("logins"))
    server.start()
    yield server
    server.stop()
    assert not re.search(r"wrong|guess", server.log()), "passwords do not belong into logs"


def by_imap(server: MailServer, name: str, password: str) -> bytes:
    with Wire(server) as wire:
        return wire.ask(f'LOGIN "{name}" "{password}"'.encode())


def by_submission(server: MailServer, name: str, password: str) -> bytes:
    response = base64.b64encode(f"\0{name}\0{password}".encode())
    with Wire(server, "submission") as wire:
        wire.say(b"EHLO client.example")
        return wire.say(b"AUTH PLAIN " + response).replace(name.encode(), b"")


@pytest.mark.parametrize("way", [by_imap, by_submission])
def test_all_failures_look_alike(server: MailServer, way) -> None:
    disabled = server.add_account("disabled")
    server.call("set_account", disabled, {"is_active": False})
    cases = [
        (server.add_account("alice"), "wrong"),
        ("nobody@lemonade.test", PASSWORD),
        ("nobody@elsewhere.example", PASSWORD),
        (disabled, PASSWORD),
    ]
    answers = set()
    times: list[float] = []
    for name, password in cases:
        fastest = 60.0
        for _ in range(4):
            started = time.monotonic()
            answers.add(way(server, name, password))
            fastest = min(fastest, time.monotonic() - started)
        times.append(fastest)
    assert len(answers) == 1, answers
    assert answers.pop().startswith((b"NO [AUTHENTICATIONFAILED] ", b"535 5.7.8 "))
    assert max(times) < 2.5 * min(times) + 0.03, times


def test_guessing_is_stopped_and_others_go_on(server: MailServer) -> None:
    alice, bob = server.add_account("alice"), server.add_account("bob")
    refusal = by_imap(server, alice, "guess 0")
    for number in range(1, PER_LOGIN):
        assert by_imap(server, alice, f"guess {number}") == refusal
    # From now on the right password is of no use from here, in either protocol.
    assert by_imap(server, alice, PASSWORD) == refusal
    assert by_submission(server, alice, PASSWORD).startswith(b"535 5.7.8 ")
    assert by_imap(server, bob, PASSWORD).startswith(b"OK ")


def test_a_connection_ends_after_some_failures(server: MailServer) -> None:
    alice = server.add_account("alice")
    with Wire(server) as wire:
        replies = [wire.ask(f"LOGIN {alice} wrong{number}".encode()) for number in range(4)]
        assert [reply[:2] for reply in replies[:3]] == [b"NO"] * 3
        assert wire.line() == b""
