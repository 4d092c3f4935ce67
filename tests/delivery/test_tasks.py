"""A worker's share of the queue: some at a time, and more when there is room again."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from lemonade_server.delivery import tasks
from lemonade_server.delivery.queue import courier
from lemonade_server.models import Account

from .post import rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_due_is_taken_along(alice: Account, sink: Sink) -> None:
    sent = [send(alice, "carol@example.org").submission for _ in range(5)]
    tasks.relay("*")
    assert [rows(each)[0].state for each in sent] == ["relayed"] * 5
    assert len(sink.taken) == 5


def test_slow_hosts_take_up_only_so_many_threads(
    alice: Account, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_room", threading.BoundedSemaphore(2))
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slowly(place: str) -> int:
        begun.release()
        go_on.wait(60)
        return 0

    monkeypatch.setattr(courier, "run", slowly)

    def work(place: str) -> None:
        tasks.relay(place)
        connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in ("a.test", "b.test")]
    for thread in threads:
        thread.start()
        assert begun.acquire(timeout=60)
    tasks.relay("c.test")
    assert not begun.acquire(blocking=False)
    go_on.set()
    for thread in threads:
        thread.join()
    tasks.relay("c.test")
    assert begun.acquire(blocking=False)
