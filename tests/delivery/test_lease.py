"""A worker keeps what it works on, and what it did is written whatever else goes wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection

from lemonade_server.delivery.acceptance import tell
from lemonade_server.delivery.queue import outcomes, schedule
from lemonade_server.delivery.queue.lease import Lease, new_owner
from lemonade_server.delivery.relay.replies import LeaseLost
from lemonade_server.models import Account, Recipient
from lemonade_server.store import queue_work
from lemonade_server.store.db import transaction
from lemonade_server.store.errors import StoreFull
from lemonade_server.store.queue import Target

from .conftest import relay_to
from .post import inbox, pass_on, rows, send
from .sink import Sink, running

pytestmark = pytest.mark.django_db(transaction=True)

CAROL = "carol@example.org"


PATIENCE = 60.0


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


class Gate(Sink):
    """A host that says at a time of ours that the first message may be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.open = threading.Event(), threading.Event()

    def reply_to(self, text: str) -> str | None:
        if text == "DATA" and not self.reached.is_set():
            self.reached.set()
            assert self.open.wait(PATIENCE)
        return super().reply_to(text)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    host = Gate()
    with running(host):
        relay_to(monkeypatch, f"smtp://127.0.0.1:{host.port}")
        yield host
        host.open.set()


@contextmanager
def work(sent: int) -> Iterator[None]:
    """A worker that has the submission."""

    def whole() -> None:
        pass_on(sent)
        connection.close()

    worker = threading.Thread(target=whole)
    worker.start()
    try:
        yield
    finally:
        worker.join(PATIENCE)
    assert not worker.is_alive()


def lease() -> int:
    return Recipient.objects.get().lease_until


def test_a_lease_is_renewed_while_the_work_goes_on(
    alice: Account, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "RENEWAL", 0.1)
    sent = send(alice, CAROL).submission
    with work(sent):
        assert gate.reached.wait(PATIENCE)
        first = lease()
        until(lambda: lease() > first)
        assert pass_on(sent) == 0
        gate.open.set()
    assert len(gate.taken) == 1
    assert rows(sent)[0].state == "relayed"


def test_a_renewal_that_fails_is_tried_again(
    alice: Account, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "RENEWAL", 0.1)
    renew, failures = queue_work.renew, [DatabaseError("busy"), StoreFull()]

    def sometimes(*args: Any) -> set[int]:
        if failures and threading.current_thread().name == "lease":
            raise failures.pop()
        return renew(*args)

    monkeypatch.setattr(queue_work, "renew", sometimes)
    sent = send(alice, CAROL).submission
    with work(sent):
        assert gate.reached.wait(PATIENCE)
        first = lease()
        until(lambda: not failures and lease() > first)
        gate.open.set()
    assert len(gate.taken) == 1
    assert rows(sent)[0].state == "relayed"


def test_a_worker_whose_work_was_taken_over_sends_nothing(
    alice: Account, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was kept from renewing its lease, by a lock say; the other one is done meanwhile."""
    monkeypatch.setattr(schedule, "RENEWAL", PATIENCE * 2)
    sent = send(alice, CAROL).submission
    with work(sent):
        assert gate.reached.wait(PATIENCE)
        Recipient.objects.update(lease_until=int(time.time()) - 1)
        assert pass_on(sent) == 1
        gate.open.set()
    assert len(gate.taken) == 1
    assert rows(sent)[0].state == "relayed"


@contextmanager
def locked() -> Iterator[None]:
    """Nobody else can write the recipients' rows."""
    with transaction() as tx:
        tx.execute("UPDATE recipient SET told = told")
        yield


def test_a_lease_that_ran_out_while_a_lock_was_waited_for_is_lost(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has taken the work yet, but anybody may from now on: nothing is handed over."""
    sent = send(alice, CAROL).submission
    holder = Lease(new_owner())
    holder.covers([sent])
    with transaction() as tx:
        now = int(time.time())
        (target,) = queue_work.claim_one(tx, sent, "*", holder.owner, now, schedule.LEASE)
    holder.confirm(sent, {target.id})
    ends = int(time.time()) + 1
    Recipient.objects.update(lease_until=ends)
    outcome: list[BaseException | None] = []
    waiting, renew = threading.Event(), holder._renew

    def renewed() -> None:
        waiting.set()
        renew()

    monkeypatch.setattr(holder, "_renew", renewed)

    def confirm() -> None:
        try:
            holder.confirm(sent, {target.id})
            outcome.append(None)
        except LeaseLost as lost:
            outcome.append(lost)
        finally:
            connection.close()

    worker = threading.Thread(target=confirm)
    with locked():
        worker.start()
        assert waiting.wait(PATIENCE)
        until(lambda: time.time() > ends + 1)
    worker.join(PATIENCE)
    assert isinstance(outcome[0], LeaseLost)
    assert pass_on(sent) == 1
    assert len(sink.taken) == 1


@pytest.mark.parametrize("error", [DatabaseError("locked"), StoreFull()])
def test_nothing_is_handed_over_under_a_lease_that_is_not_known(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*args: object) -> set[int]:
        raise error

    sent = send(alice, CAROL).submission
    with monkeypatch.context() as patched:
        patched.setattr(queue_work, "find_leased", refuse)
        pass_on(sent)
    assert sink.taken == []
    Recipient.objects.update(lease_until=0)
    pass_on(sent)
    assert len(sink.taken) == 1


@pytest.mark.parametrize("error", [DatabaseError("locked"), StoreFull()])
def test_what_was_taken_is_written_down_before_all_else(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """However long the database is locked or its disk full: it would be sent again otherwise."""
    monkeypatch.setattr(outcomes, "PAUSE", 0.01)
    finish, failures = queue_work.finish, [error] * 5

    def sometimes(*args: Any) -> bool:
        if failures:
            raise failures.pop()
        return finish(*args)

    monkeypatch.setattr(queue_work, "finish", sometimes)
    sent = send(alice, CAROL).submission
    pass_on(sent)
    assert (len(sink.taken), rows(sent)[0].state, failures) == (1, "relayed", [])


@pytest.mark.parametrize("error", [StoreFull(), KeyError("a bug")])
def test_what_was_taken_is_not_sent_again_when_the_report_fails(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def no_room(*args: object) -> bool:
        raise error

    monkeypatch.setattr(outcomes, "tell", no_room)
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

    def no_room(*args: object) -> bool:
        raise StoreFull

    monkeypatch.setattr(outcomes, "tell", no_room)
    sink.answers["RCPT"] = "550 5.1.1 no"
    sent = send(alice, CAROL).submission
    pass_on(sent)
    assert rows(sent)[0].state == "queued"
    assert Recipient.objects.get().next_attempt_at > time.time() + 30
    assert Recipient.objects.get().lease_until == 0
    monkeypatch.setattr(outcomes, "tell", tell)
    Recipient.objects.update(next_attempt_at=0)
    pass_on(sent)
    assert rows(sent)[0].state == "failed"
    assert b"Status: 5.1.1" in inbox(alice)[0]
