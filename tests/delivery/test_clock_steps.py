"""A wall clock that is set, a day and more, both ways: what is due in the queue, and whose."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from lemonade_server.delivery import tasks
from lemonade_server.delivery.queue import clock_steps, courier, schedule
from lemonade_server.models import Account, Courier, Destination, Recipient, Submission
from lemonade_server.store import erase, limits
from lemonade_server.store.clock import Clock
from lemonade_server.store.db import transaction

from .post import rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

DAY = 86_400

Set = Callable[[float, float], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Set]:
    """Set the wall clock by so many seconds, so many seconds of real time later."""
    wall, steady = time.time, time.monotonic
    shift = [0.0, 0.0]
    monkeypatch.setattr(time, "time", lambda: wall() + shift[0])
    monkeypatch.setattr(time, "monotonic", lambda: steady() + shift[1])
    fresh = Clock()
    for module in (clock_steps, tasks):
        monkeypatch.setattr(module, "clock", fresh)
    monkeypatch.setattr(clock_steps._MendedStep, "state", None)
    tasks.sweep()

    def change(step: float, later: float = 0.0) -> None:
        shift[0] += step + later
        shift[1] += later

    yield change


def queued(alice: Account, **fields: object) -> int:
    submission = send(alice, "carol@example.org").submission
    Recipient.objects.filter(submission=submission).update(**fields)
    return submission


def row(submission: int) -> Recipient:
    return Recipient.objects.get(submission=submission)


@pytest.mark.parametrize("days", [-1, 1, -30, 30])
def test_what_is_due_goes_out(
    alice: Account, sink: Sink, woken: list[str], set_clock: Set, days: int
) -> None:
    submission = queued(alice, attempts=1, next_attempt_at=int(time.time()) + 60)
    set_clock(days * DAY, 0)
    woken.clear()
    tasks.sweep()
    assert woken == ["*"], "at once: nobody meant to wait for so long"
    tasks.relay("*")
    assert rows(submission)[0].state == "relayed"
    assert len(sink.taken) == 1


def test_a_hold_until_a_time_keeps_to_the_wall_clock(
    alice: Account, sink: Sink, set_clock: Set
) -> None:
    at = int(time.time()) + 600
    submission = queued(alice, next_attempt_at=at)
    Submission.objects.update(release_at=at, hold="until;2027-01-01T00:00:00Z")
    set_clock(-DAY, 0)
    tasks.sweep()
    assert row(submission).next_attempt_at == at
    set_clock(DAY, 300)
    tasks.relay("*")
    assert rows(submission)[0].state == "queued"
    set_clock(0, 301)
    tasks.relay("*")
    assert rows(submission)[0].state == "relayed"


def test_a_hold_for_some_seconds_begins_anew(alice: Account, sink: Sink, set_clock: Set) -> None:
    at = int(time.time()) + 3
    submission = queued(alice, next_attempt_at=at)
    Submission.objects.update(release_at=at, hold="for;3", arrived_at=at - 3)
    set_clock(-DAY, 0)
    tasks.sweep()
    assert row(submission).next_attempt_at <= time.time() + 3
    set_clock(0, schedule.LEASE + 1)
    tasks.sweep()
    tasks.relay("*")
    assert rows(submission)[0].state == "relayed"


def test_the_lease_of_a_living_worker_is_not_taken_when_the_clock_jumps(
    alice: Account, sink: Sink, set_clock: Set
) -> None:
    submission = queued(alice, lease_owner="busy", lease_until=int(time.time()) + schedule.LEASE)
    set_clock(DAY, 0)
    assert courier.run("*") == 0, "it looks as if it were dead"
    set_clock(0, schedule.LEASE + 1)
    assert courier.run("*") == 1, "it has not renewed its lease since"
    assert rows(submission)[0].state == "relayed"


def test_the_lease_of_a_dead_worker_does_not_last_a_day(
    alice: Account, sink: Sink, set_clock: Set
) -> None:
    submission = queued(alice, lease_owner="dead", lease_until=int(time.time()) + schedule.LEASE)
    Courier.objects.create(owner="dead", place="*", until=int(time.time()) + schedule.TURN)
    Destination.objects.create(place="*", failures=1, retry_at=int(time.time()) + 60)
    set_clock(-DAY, 0)
    tasks.sweep()
    assert row(submission).lease_until > time.time(), "it may live"
    set_clock(0, schedule.LEASE + 1)
    tasks.sweep()
    tasks.relay("*")
    assert rows(submission)[0].state == "relayed"


def test_a_worker_that_starts_later_finds_it_too(
    alice: Account, sink: Sink, set_clock: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No step is noticed: it was made while nothing ran."""
    tomorrow = int(time.time()) + DAY
    submission = queued(alice, lease_owner="dead", lease_until=tomorrow, next_attempt_at=tomorrow)
    monkeypatch.setattr(clock_steps._MendedStep, "state", None)
    tasks.sweep()
    tasks.relay("*")
    assert rows(submission)[0].state == "relayed"


def test_a_clock_that_is_put_right_slowly_is_none_that_was_set(set_clock: Set) -> None:
    for _ in range(100):
        set_clock(-1, 60)
        tasks.sweep()
    assert clock_steps.clock.steps() == 0  # type: ignore[attr-defined]


def test_nothing_is_erased_for_its_age_right_after(
    set_clock: Set, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[int] = []
    monkeypatch.setattr(erase, "sweep", lambda: swept.append(1))
    tasks.erase()
    set_clock(DAY, 0)
    tasks.erase()
    assert len(swept) == 1
    set_clock(0, 3_601)
    tasks.erase()
    assert len(swept) == 2


def test_who_has_sent_enough_is_not_kept_from_it_for_a_day() -> None:
    now = int(time.time())
    with transaction() as tx:
        assert limits.spend(tx, "alice", 5, 5, now) is None
        assert limits.spend(tx, "alice", 5, 5, now + 60) is not None
        assert limits.spend(tx, "alice", 5, 5, now - DAY) is None


def test_a_greylisted_sender_is_not_kept_from_it_for_a_day() -> None:
    now = int(time.time())
    with transaction() as tx:
        assert not limits.is_known(tx, b"triplet", now)
        assert not limits.is_known(tx, b"triplet", now + 1)
        assert limits.is_known(tx, b"triplet", now - DAY)
