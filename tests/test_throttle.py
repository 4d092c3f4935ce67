"""The brake on guessing passwords."""

from __future__ import annotations

from lemonade_server.throttle import Throttle


def test_blocks_a_login_after_its_failures_and_no_other() -> None:
    throttle = Throttle(per_login=3, per_address=100)
    for second in range(3):
        assert not throttle.blocked("10.0.0.1", "alice@a", float(second))
        throttle.failed("10.0.0.1", "alice@a", float(second))
    assert throttle.blocked("10.0.0.1", "alice@a", 3.0)
    assert not throttle.blocked("10.0.0.1", "bob@a", 3.0)
    assert not throttle.blocked("10.0.0.2", "alice@a", 3.0)


def test_blocks_an_address_that_tries_many_logins() -> None:
    throttle = Throttle(per_login=3, per_address=5)
    for number in range(5):
        throttle.failed("10.0.0.1", f"user{number}@a", 0.0)
    assert throttle.blocked("10.0.0.1", "another@a", 1.0)
    assert not throttle.blocked("10.0.0.2", "another@a", 1.0)


def test_opens_again_when_the_window_is_over() -> None:
    throttle = Throttle(per_login=1, window=60.0)
    throttle.failed("10.0.0.1", "alice@a", 0.0)
    assert throttle.blocked("10.0.0.1", "alice@a", 59.0)
    assert not throttle.blocked("10.0.0.1", "alice@a", 60.0)
    throttle.failed("10.0.0.1", "alice@a", 61.0)
    assert throttle.blocked("10.0.0.1", "alice@a", 100.0)


def test_a_success_clears_the_login() -> None:
    throttle = Throttle(per_login=2)
    throttle.failed("10.0.0.1", "alice@a", 0.0)
    throttle.passed("10.0.0.1", "alice@a")
    throttle.failed("10.0.0.1", "alice@a", 1.0)
    assert not throttle.blocked("10.0.0.1", "alice@a", 2.0)


def test_memory_is_bounded() -> None:
    throttle = Throttle(limit=100)
    for number in range(10_000):
        throttle.failed(f"10.0.{number // 256}.{number % 256}", "x@a", float(number) / 1000)
    assert len(throttle._failures) <= 102
