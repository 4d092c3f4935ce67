"""A worker keeps what it works on, and what it did is written whatever else goes wrong."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import DatabaseError, connection

from lemonade_server.delivery import record, schedule
from lemonade_server.models import Account, Recipient
from lemonade_server.store import queue_work
from lemonade_server.store.errors import StoreFull
from lemonade_server.store.queue import Target

from .post import inbox, pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL = "carol@example.org"


def slowly(sent: int, sink: Sink, seconds: float) -> None:
    """Relay to a host that takes its time, while others ask for the work."""
    sink.before_data_reply = threading.Event()

    def work() -> None:
        pass_on(sent)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.1)
        if "DATA" in sink.lines:
            assert pass_on(sent) == 0
    sink.before_data_reply.set()
    worker.join()


def test_a_lease_is_renewed_while_the_work_goes_on(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "LEASE", 2)
    monkeypatch.setattr(schedule, "RENEWAL", 0.2)
    sent = send(alice, CAROL).submission
    slowly(sent, sink, 4)
    assert len(sink.taken) == 1
    assert rows(sent)[0].state == "relayed"


@pytest.mark.parametrize("error", [DatabaseError("busy"), StoreFull()])
def test_a_renewal_that_fails_is_tried_again(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(schedule, "LEASE", 2)
    monkeypatch.setattr(schedule, "RENEWAL", 0.2)
    renew, failures = queue_work.renew, [error, error]

    def sometimes(*args: Any) -> set[int]:
        if failures and threading.current_thread().name == "lease":
            raise failures.pop()
        return renew(*args)

    monkeypatch.setattr(queue_work, "renew", sometimes)
    sent = send(alice, CAROL).submission
    slowly(sent, sink, 4)
    assert not failures
    assert len(sink.taken) == 1
    assert rows(sent)[0].state == "relayed"


@pytest.mark.parametrize("error", [StoreFull(), KeyError("a bug")])
def test_what_was_taken_is_not_sent_again_when_the_report_fails(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def no_room(*args: object) -> bool:
        raise error

    monkeypatch.setattr(record, "tell", no_room)
    sent = send(alice, Target(CAROL, notify="SUCCESS")).submission
    pass_on(sent)
    assert rows(sent)[0].state == "relayed"
    Recipient.objects.update(lease_until=0, next_attempt_at=0)
    pass_on(sent)
    assert len(sink.taken) == 1


def test_nobody_fails_without_a_report(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that can't be stored is made at the next attempt, which is not at once."""
    tell = record.tell

    def no_room(*args: object) -> bool:
        raise StoreFull

    monkeypatch.setattr(record, "tell", no_room)
    sink.answers["RCPT"] = "550 5.1.1 no"
    sent = send(alice, CAROL).submission
    pass_on(sent)
    assert rows(sent)[0].state == "queued"
    assert Recipient.objects.get().next_attempt_at > time.time() + 30
    assert Recipient.objects.get().lease_until == 0
    monkeypatch.setattr(record, "tell", tell)
    Recipient.objects.update(next_attempt_at=0)
    pass_on(sent)
    assert rows(sent)[0].state == "failed"
    assert b"Status: 5.1.1" in inbox(alice)[0]
