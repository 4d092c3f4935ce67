"""When deliveries are tried again, and when they are given up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.delivery import schedule


@given(st.integers(0, 10**9), st.integers(1, 1000), st.integers(0, 2 * schedule.LIFETIME))
def test_the_next_attempt_is_later_and_within_the_lifetime(
    arrived: int, attempts: int, age: int
) -> None:
    now = arrived + age
    at = schedule.next_attempt(arrived, attempts, now)
    if age >= schedule.LIFETIME:
        assert at is None
    else:
        assert at is not None and now < at <= arrived + schedule.LIFETIME


def test_pauses_grow_and_the_delay_notice_comes_within_hours() -> None:
    now, attempts = 0, 0
    pauses = []
    while (at := schedule.next_attempt(0, attempts + 1, now)) is not None:
        attempts += 1
        pauses.append(at - now)
        now = at
        if attempts == schedule.DELAY_ATTEMPT:
            assert schedule.HOUR < now < 6 * schedule.HOUR
    assert pauses[:-1] == sorted(pauses[:-1])
    assert attempts < 50


def test_a_lease_outlives_several_renewals() -> None:
    assert schedule.LEASE >= 3 * schedule.RENEWAL
