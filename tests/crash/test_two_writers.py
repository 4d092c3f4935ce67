"""Two mail processes write to one mailbox in turns, and each is killed at random."""

from __future__ import annotations

import random
import re
import time

import pytest

from bench.imap import Imap
from tests.mailserver import PASSWORD, MailServer

from .family import System
from .ledger import Ledger, tokens
from .workload import Client

pytestmark = pytest.mark.slow

FLAGS = (b"\\Flagged", b"\\Answered", b"\\Draft")
CLIENTS = 6
KILLS = 8
SECONDS = 20.0
SETTLED = 60.0
_FLAGS = re.compile(rb"UID (\d+) FLAGS \(([^)]*)\)|FLAGS \(([^)]*)\) UID (\d+)")


class Marker(Client):
    """Sets the flags of its own messages, in a mailbox that all share, to ever other values."""

    def __init__(self, server: MailServer, ledger: Ledger, email: str, friend: str) -> None:
        super().__init__(server, ledger, email, friend)
        self.promised: dict[int, int] = {}
        self.tried: dict[int, set[int]] = {}
        """What was not answered since, once or more often: it may have been done."""

    def work(self) -> None:
        imap = self.imap()
        imap.command(b"SELECT INBOX")
        while not self.enough.is_set():
            token = self.ledger.begin("append", {f"{self.email}/INBOX"})
            _, uid = self.append(imap, token)
            self.promised[uid], self.tried[uid] = 0, set()
            self.ledger.promise(token)
            for _ in range(5):
                uid = random.choice(list(self.promised))
                value = random.randrange(8)
                words = b" ".join(word for at, word in enumerate(FLAGS) if value >> at & 1)
                self.tried[uid].add(value)
                imap.command(b"UID STORE %d FLAGS (%b)" % (uid, words))
                self.promised[uid] = value
                self.tried[uid].clear()


def test_flags_and_messages_that_were_acknowledged_are_there(system: System) -> None:
    ledger, email = Ledger(), system.add_account("marked")
    markers = [Marker(system, ledger, email, email) for _ in range(CLIENTS)]
    for marker in markers:
        marker.start()
    killed = kill_in_turns(system, ledger)
    for marker in markers:
        marker.enough.set()
    for marker in markers:
        marker.join(SETTLED)
        assert not marker.is_alive()
    assert not [answer for marker in markers for answer in marker.answers]
    assert killed == {"mail-1", "mail-2"}

    client = sign_in(system, email)
    client.command(b"SELECT INBOX")
    found = flags_of(client.command(b"UID FETCH 1:* (FLAGS)"))
    octets = client.command(b"UID FETCH 1:* (BODY.PEEK[])")[:-1]
    client.close()
    there = tokens(octets)
    assert not ledger.promised - there.keys()
    assert max(there.values()) == 1
    for marker in markers:
        for uid, value in marker.promised.items():
            assert found[uid] in {value, *marker.tried[uid]}, uid
    assert sum(len(marker.promised) for marker in markers) > CLIENTS
    assert "sound" in system.manage("checkstore", "--deep")


def sign_in(system: System, email: str) -> Imap:
    """As soon as those who were killed are back: what waits at a dead one is cut off."""
    deadline = time.monotonic() + SETTLED
    while True:
        try:
            client = Imap("127.0.0.1", system.ports["imap"])
            client.login(email, PASSWORD)
            return client
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def kill_in_turns(system: System, ledger: Ledger) -> set[str]:
    """Kill one or the other whenever a few more were acknowledged; who was."""
    killed: set[str] = set()
    shots = 0
    deadline = time.monotonic() + SECONDS
    while (shots < KILLS or len(killed) < 2) and time.monotonic() < deadline + SECONDS:
        more = len(ledger.promised) + random.randint(1, 6)
        while len(ledger.promised) < more and time.monotonic() < deadline:
            time.sleep(0.005)
        name = ("mail-1", "mail-2")[shots % 2]
        if system.shoot(name):
            killed.add(name)
            shots += 1
    return killed


def flags_of(lines: list[bytes]) -> dict[int, int]:
    found = {}
    for line in lines:
        if match := _FLAGS.search(line):
            uid, words = match[1] or match[4], (match[2] or match[3] or b"").split()
            found[int(uid)] = sum(1 << at for at, word in enumerate(FLAGS) if word in words)
    return found
