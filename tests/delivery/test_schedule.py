"""When deliveries are tried again, and when they are given up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.delivery.queue import schedule
from lemonade_server.store.queue import Envelope


@given(st.integers(0, 10**9), st.integers(1, 1000), st.integers(0, 2 * schedule.LIFETIME))
def test_the_next_attempt_is_later_and_within_the_lifetime(
    arrived: int, attempts: int, age: int
) -> None:
    now = arrived + age
    at = schedule.next_attempt(Envelope(None, "", arrived_at=arrived), attempts, now)
    if age >= schedule.LIFETIME:
        assert at is None
    else:
        assert at is not None and now < at <= arrived + schedule.LIFETIME


def test_the_time_in_the_queue_begins_with_the_release() -> None:
    envelope = Envelope(None, "", arrived_at=0, release_at=schedule.LIFETIME)
    at = schedule.next_attempt(envelope, 1, schedule.LIFETIME + 1)
    assert at is not None and at > schedule.LIFETIME


def test_what_must_be_in_time_is_looked_at_then() -> None:
    """RFC 2852 §4.1.3: returned when the time is over, and not hours later."""
    envelope = Envelope(None, "", arrived_at=0, by_at=90, by_mode="R")
    assert schedule.next_attempt(envelope, 5, 10) == 90
    assert schedule.next_attempt(envelope, 5, 90) is None
    envelope.by_mode = "N"
    assert schedule.next_attempt(envelope, 5, 90) is not None


def test_pauses_grow_and_differ() -> None:
    pauses = [schedule.pause(attempts) for attempts in range(1, len(schedule.PAUSES) + 1)]
    for least, pause in zip(schedule.PAUSES, pauses, strict=True):
        assert least <= pause <= least * (1 + schedule.JITTER)
    assert len({schedule.pause(20) for _ in range(20)}) > 1
    assert sum(schedule.PAUSES) < schedule.LIFETIME


def test_a_lease_outlives_several_renewals() -> None:
    assert schedule.LEASE >= 3 * schedule.RENEWAL
