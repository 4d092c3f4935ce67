"""Mail flows while processes are killed; then every promise is counted."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from bench.smtp import SmtpClient
from tests.delivery.sink import Sink
from tests.mailserver import PASSWORD
from tests.patience import let_pass

from .family import TARGETS, System, fetched, settled, until
from .ledger import Ledger, message, tokens
from .moods import UNEXPLAINED, Pause, repeats
from .system import LEASE
from .workload import Appender, Client, Filer, Forwarder, Submitter

pytestmark = pytest.mark.slow

KILLS = 16
SECONDS = 15.0
SETTLED = 60.0


def shoot_around(system: System, ledger: Ledger) -> list[tuple[float, str]]:
    """Kill somebody whenever a few more promises were given; when it was, and who."""
    shots: list[tuple[float, str]] = []
    deadline = time.monotonic() + SECONDS
    while len(shots) < KILLS and time.monotonic() < deadline:
        more = len(ledger.promised) + random.randint(1, 12)
        while len(ledger.promised) < more and time.monotonic() < deadline:
            time.sleep(0.005)
        let_pass(random.uniform(0, 0.03))
        name = random.choice(TARGETS)
        if system.shoot(name):
            shots.append((time.monotonic(), name))
    return shots


def test_what_was_promised_is_there_exactly_once(system: System, sink: Sink) -> None:
    sink.before_data_reply = Pause()
    ledger = Ledger()
    friend = system.add_account("bob")
    kinds = [Appender, Appender, Filer, Submitter, Submitter, Forwarder]
    clients = [kind(system, ledger, system.add_account("alice"), friend) for kind in kinds]
    for client in clients:
        client.start()
    shots = shoot_around(system, ledger)
    for client in clients:
        client.enough.set()
    for client in clients:
        client.join(SETTLED)
        assert not client.is_alive()
    assert not [answer for client in clients for answer in client.answers]
    until(lambda: settled(system), SETTLED, "all mail has left the queues")
    report = [f"{len(shots)} kills", f"{len(ledger.tried)} tried, {len(ledger.promised)} promised"]

    check_appended(system, ledger, clients)
    check_submitted(system, ledger, friend, sink)
    repeated = repeats(sink.taken)
    assert not [repeat for repeat in repeated if repeat.reason == UNEXPLAINED]
    report.append(f"{len(sink.taken)} relayed, {len(repeated)} of them again")
    print("; ".join(report))
    assert "sound" in system.manage("checkstore", "--deep")


def check_appended(system: System, ledger: Ledger, clients: list[Client]) -> None:
    """Every APPEND that was answered OK is there once; no other one is there twice."""
    inboxes = [octets for each in clients for octets in fetched(system, each.email, "INBOX")]
    found = tokens(inboxes)
    tried, promised = ledger.of("append", "catenate")
    assert promised, "nothing was appended"
    assert not promised - found.keys()
    assert all(found[token] <= 1 for token in tried)
    for each in clients:
        if isinstance(each, Filer):
            archived = tokens(fetched(system, each.email, "Archive"))
            both = tokens(fetched(system, each.email, "INBOX")) + archived
            assert each.moved, "nothing was moved"
            assert not each.moved - archived.keys()
            assert not ledger.of("move")[1] - both.keys()
            assert max(both.values()) == 1


def check_submitted(system: System, ledger: Ledger, friend: str, sink: Sink) -> None:
    """Every 250 was delivered here once and relayed; what was not delivered was not relayed."""
    here = tokens(fetched(system, friend, "INBOX"))
    there = tokens([taken.octets for taken in sink.taken])
    for kind in ("data", "bdat", "burl", "forward"):
        tried, promised = ledger.of(kind)
        assert promised, f"nothing was promised by {kind}"
        assert not promised - here.keys(), kind
        assert all(here[token] <= 1 for token in tried), kind
    assert here.keys() == there.keys()
    assert here.keys() <= ledger.tried


def test_a_killed_workers_mail_is_taken_up_within_seconds(system: System, sink: Sink) -> None:
    held = sink.before_data_reply = Gate()
    submit(system)
    until(lambda: held.reached, SETTLED, "a worker talks to the host")
    system.shoot("worker")
    system.shoot("worker-2")
    held.open = True
    until(lambda: len(sink.taken) == 2, SETTLED, "the mail is sent again")
    until(lambda: settled(system), SETTLED, "the queue is empty")


def test_a_slow_host_gets_a_message_once(system: System, sink: Sink) -> None:
    held = sink.before_data_reply = Gate()
    submit(system)
    until(lambda: held.reached, SETTLED, "a worker talks to the host")
    let_pass(LEASE + 2)  # the lease is renewed all the while: nobody else may take it
    held.open = True
    until(lambda: settled(system), SETTLED, "the queue is empty")
    assert len(sink.taken) == 1
    assert sum(line.startswith("MAIL") for line in sink.lines) == 1


def test_the_supervisor_itself_is_killed(system: System, sink: Sink) -> None:
    """Its children end, a new one starts at once over what is there, and the mail goes out."""
    held = sink.before_data_reply = Gate()
    submit(system)
    until(lambda: held.reached, SETTLED, "a worker talks to the host")
    orphans = system.pids()
    system.kill_server()
    system.start_server()
    held.open = True
    until(lambda: not any(lives(pid) for pid in orphans), SETTLED, "the old children are gone")
    until(lambda: settled(system), SETTLED, "the queue is empty")
    assert 1 <= len(sink.taken) <= 2  # its worker was stopped in order, or died with the lease
    assert "sound" in system.manage("checkstore", "--deep")


def lives(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def submit(system: System) -> None:
    """One message to somebody elsewhere."""
    email = system.add_account("alice")
    client = SmtpClient("127.0.0.1", system.ports["submission"], email, PASSWORD)
    client.submit(email, ["someone@example.net"], message("tok-x-0123456789abcdef", email, 100))
    client.close()


class Gate:
    """Holds the host's answer back until it is opened."""

    reached = open = False

    def wait(self, seconds: float) -> None:
        self.reached = True
        deadline = time.monotonic() + seconds
        while not self.open and time.monotonic() < deadline:
            time.sleep(0.02)
