"""Password work: how much of it is under way, whose turn it is, and what is refused."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from lemonade_server.auth.passwords.workers import Workers
from lemonade_server.auth.refusal import Busy


class Gauge:
    """Jobs that wait until they may end, and how many of them were under way at a time."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.order: list[str] = []
        self.most = 0
        self._now = 0
        self._guard = threading.Lock()

    def job(self, name: str) -> None:
        with self._guard:
            self.order.append(name)
            self._now += 1
            self.most = max(self.most, self._now)
        assert self.open.wait(60)
        with self._guard:
            self._now -= 1


def test_few_run_at_a_time_and_each_address_has_its_turn() -> None:
    workers, gauge = Workers(threads=2), Gauge()
    flood = [workers.submit("flood", lambda: gauge.job("flood")) for _ in range(20)]
    others = [workers.submit(f"{n}", partial(gauge.job, f"{n}")) for n in range(3)]
    gauge.open.set()
    for future in [*flood, *others]:
        future.result(60)
    assert gauge.most <= 2
    assert max(gauge.order.index(str(n)) for n in range(3)) <= 8, gauge.order


def test_places_are_bounded_for_all_and_for_one() -> None:
    workers = Workers(most_waiting=3, most_of_one=2)
    with workers.admission("a"), workers.admission("a"):
        with pytest.raises(Busy), workers.admission("a"):
            pass
        with workers.admission("b"), pytest.raises(Busy), workers.admission("c"):
            pass
        with workers.admission("c"):
            pass
    with workers.admission("a"):
        pass


def test_an_error_is_for_who_waits_and_the_thread_goes_on() -> None:
    workers = Workers(threads=1)

    def broken() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        workers.submit("a", broken).result(60)
    assert workers.submit("a", lambda: 7).result(60) == 7


def test_whoever_has_gone_costs_no_check() -> None:
    workers, gauge = Workers(threads=1), Gauge()
    running = workers.submit("a", lambda: gauge.job("running"))
    waiting = workers.submit("a", lambda: gauge.job("waiting"))
    assert waiting.cancel()
    gauge.open.set()
    running.result(60)
    workers.submit("a", lambda: None).result(60)
    assert gauge.order == ["running"]
