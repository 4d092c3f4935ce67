"""Wrong credentials: one answer and about one time for every reason, and a brake on guessing."""

from __future__ import annotations

import base64
import re
import smtplib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from lemonade_server.auth.brake import PER_PAIR
from tests.imap.test_scram import Talk
from tests.mailserver import PASSWORD, MailServer

from .wire import Wire


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """A server of its own, as two processes: failed logins count for the address, too."""
    server = MailServer(tmp_path_factory.mktemp("logins"))
    server.start()
    yield server
    server.stop()
    assert not re.search(r"wrong|guess", server.log()), "passwords do not belong into logs"


@pytest.fixture(autouse=True)
def forgotten(server: MailServer) -> None:
    """What one test made fail is of no concern to the next."""
    server.call("sql", "DELETE FROM login_attempts", [])


def by_imap(server: MailServer, name: str, password: str) -> bytes:
    with Wire(server) as wire:
        return wire.ask(f'LOGIN "{name}" "{password}"'.encode())


def by_submission(server: MailServer, name: str, password: str) -> bytes:
    response = base64.b64encode(f"\0{name}\0{password}".encode())
    with Wire(server, "submission") as wire:
        wire.say(b"EHLO client.example")
        return wire.say(b"AUTH PLAIN " + response).replace(name.encode(), b"")


def by_managesieve(server: MailServer, name: str, password: str) -> bytes:
    response = base64.b64encode(f"\0{name}\0{password}".encode())
    with Wire(server, "sieve") as wire:
        line = wire.greeting
        while not line.startswith(b"OK"):
            line = wire.line()
        wire.send(b'AUTHENTICATE "PLAIN" "%b"\r\n' % response)
        return wire.line()


@pytest.mark.parametrize("way", [by_imap, by_submission, by_managesieve])
def test_all_failures_look_alike(
    server: MailServer, way: Callable[[MailServer, str, str], bytes]
) -> None:
    disabled = server.add_account("disabled")
    server.call("set_account", disabled, {"is_active": False})
    cases = [
        (server.add_account("alice"), "wrong"),
        ("nobody@lemonade.test", PASSWORD),
        ("nobody@elsewhere.example", PASSWORD),
        (disabled, PASSWORD),
    ]
    answers = set()
    fastest = [60.0] * len(cases)
    for turn in range(20):  # what else the machine does makes some of them slower, none faster
        server.call("sql", "DELETE FROM login_attempts", [])
        for number, (name, password) in enumerate(cases):
            started = time.monotonic()
            answers.add(way(server, name, password))
            fastest[number] = min(fastest[number], time.monotonic() - started)
        if turn >= 3 and look_alike(fastest):
            break
    assert len(answers) == 1, answers
    assert answers.pop().startswith((b"NO [AUTHENTICATIONFAILED] ", b"535 5.7.8 ", b'NO "The name'))
    assert look_alike(fastest), fastest


def look_alike(times: list[float]) -> bool:
    return max(times) < 2.5 * min(times) + 0.03


def test_guessing_is_stopped_and_others_go_on(server: MailServer) -> None:
    alice, bob = server.add_account("alice"), server.add_account("bob")
    refusal = by_imap(server, alice, "guess 0")
    for number in range(1, PER_PAIR):
        assert by_imap(server, alice, f"guess {number}") == refusal
    # From now on the right password is of no use from here, in any protocol; all say why.
    paused = by_imap(server, alice, PASSWORD)
    assert re.match(
        rb"NO \[UNAVAILABLE\] Too many failed logins: try again in [45] minutes", paused
    )
    assert by_submission(server, alice, PASSWORD).startswith(b"454 4.7.0 Too many failed logins")
    assert by_managesieve(server, alice, PASSWORD).startswith(b'NO (TRYLATER) "Too many failed')
    with closing(Talk(server)) as talk:
        assert talk.login(alice, PASSWORD).startswith(b"a NO [UNAVAILABLE] ")
    assert by_imap(server, bob, PASSWORD).startswith(b"OK ")


def test_a_name_that_nobody_has_is_paused_alike(server: MailServer) -> None:
    for number in range(PER_PAIR):
        by_imap(server, "nobody@lemonade.test", f"guess {number}")
    paused = by_imap(server, "nobody@lemonade.test", PASSWORD)
    assert paused.startswith(b"NO [UNAVAILABLE] Too many failed logins: try again in ")


def test_forty_at_once_get_no_more_guesses_than_one_after_the_other(server: MailServer) -> None:
    alice = server.add_account("alice")
    wires = [Wire(server) for _ in range(40)]
    for number, wire in enumerate(wires):
        wire.send(f"a LOGIN {alice} guess{number}\r\n".encode())
    answers = [wire.line() for wire in wires]
    for wire in wires:
        wire.close()
    looked_at = [line for line in answers if line.startswith(b"a NO [AUTHENTICATIONFAILED] ")]
    paused = [line for line in answers if line.startswith(b"a NO [UNAVAILABLE] ")]
    assert (len(looked_at), len(paused)) == (PER_PAIR, 40 - PER_PAIR), answers


def test_a_client_with_many_connections_is_no_guesser(server: MailServer) -> None:
    """More at once than may fail, and nobody was known before."""
    alice = server.add_account("alice")
    wires = [Wire(server) for _ in range(40)]
    for wire in wires:
        wire.send(f"a LOGIN {alice} {PASSWORD}\r\n".encode())
    assert all(wire.line().startswith(b"a OK ") for wire in wires)
    for wire in wires:
        wire.close()


def test_exchanges_begun_together_get_no_more_guesses(server: MailServer) -> None:
    """The proof of SCRAM comes with the last message: that one is counted before it is judged."""
    alice = server.add_account("alice")
    talks = [Talk(server, "imap") for _ in range(60)]
    first = base64.b64encode(b"n,,n=%b,r=fyko+d2lbbFgONRv9qkxdawL" % alice.encode())
    nonces = []
    for talk in talks:
        challenge = talk.say(b"a AUTHENTICATE SCRAM-SHA-256 " + first)
        nonces.append(base64.b64decode(challenge[2:]).split(b",")[0])
    answers = [
        talk.say(base64.b64encode(b"c=biws,%b,p=%b" % (nonce, base64.b64encode(bytes(32)))))
        for talk, nonce in zip(talks, nonces, strict=True)
    ]
    for talk in talks:
        talk.close()
    looked_at = [line for line in answers if line.startswith(b"a NO [AUTHENTICATIONFAILED] ")]
    assert len(looked_at) == PER_PAIR, answers
    assert sum(line.startswith(b"a NO [UNAVAILABLE] ") for line in answers) == 60 - PER_PAIR


def test_mail_arrives_beside_a_flood_of_logins(server: MailServer) -> None:
    """The threads that carry mail check no password: nothing waits behind forty of them."""
    bob = server.add_account("bob")
    wires = [Wire(server) for _ in range(40)]

    def refused(wire: Wire) -> bool:
        return all(wire.line().startswith(b"a NO") for _ in range(3))

    for number, wire in enumerate(wires):
        wire.send(b"".join(b"a LOGIN n%d-%d x\r\n" % (number, turn) for turn in range(3)))
    with smtplib.LMTP("127.0.0.1", server.ports["lmtp"]) as lmtp:
        assert lmtp.sendmail("ann@example.org", [bob], "Subject: x\r\n\r\nx\r\n") == {}
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(refused, wires))
    for wire in wires:
        wire.close()


def test_every_login_is_in_the_log(server: MailServer) -> None:
    alice = server.add_account("alice")
    before = len(server.log())
    by_imap(server, alice, PASSWORD)
    by_imap(server, "mallory\x1b[2J@x", "guess")
    by_submission(server, alice, PASSWORD)
    by_submission(server, alice, "guess")
    by_managesieve(server, alice, PASSWORD)
    lines = [line for line in server.log()[before:].splitlines() if "address=127.0.0.1" in line]
    logged = [
        (
            re.search(r'event=("[^"]*"|\S+)', line)[1],  # type: ignore[index]
            re.search(r"protocol=(\S+)", line)[1],  # type: ignore[index]
            re.search(r"method=(\S+)", line)[1],  # type: ignore[index]
        )
        for line in lines
    ]
    assert logged == [
        ("login", "imap", "LOGIN"),
        ('"login failed"', "imap", "LOGIN"),
        ("login", "submission", "PLAIN"),
        ('"login failed"', "submission", "PLAIN"),
        ("login", "managesieve", "PLAIN"),
    ]
    assert all("\x1b" not in line for line in lines)
    assert f"account={alice}" in lines[0] and "client=client.example" in lines[2]


def test_a_connection_ends_after_some_failures(server: MailServer) -> None:
    alice = server.add_account("alice")
    with Wire(server) as wire:
        replies = [wire.ask(f"LOGIN {alice} wrong{number}".encode()) for number in range(4)]
        assert [reply[:2] for reply in replies[:3]] == [b"NO"] * 3
        assert wire.line() == b""
