"""The threads of the store: what waited too long in their queue is not begun."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from lemonade_server.store import thread_pool as module
from lemonade_server.store.errors import Unavailable
from lemonade_server.store.thread_pool import GIVEN_UP, Threads, call


@pytest.mark.parametrize("between", [False, True])
@pytest.mark.parametrize(("late", "is_done"), [(-1.0, True), (1.0, False)])
def test_a_job_is_begun_in_time_or_never(
    monkeypatch: pytest.MonkeyPatch, late: float, is_done: bool, between: bool
) -> None:
    """Whoever is told "no" can send it again: it is not there twice. ``between``: the thread is
    blocked that does the second half.
    """
    now = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    done: list[str] = []
    go_on, blocked = threading.Event(), threading.Event()

    def block(*_: object) -> None:
        blocked.set()
        assert go_on.wait(60)

    async def scenario() -> object:
        loop = asyncio.get_running_loop()
        first = Threads("first", 1, loop, call, most=1)
        last = Threads("last", 1, loop, lambda jobs, _: call([lambda: jobs[0](None)]), most=1)
        try:
            blocking = loop.create_task(last.submit(block))
            await asyncio.to_thread(blocked.wait, 30)
            job: Callable[..., object] = lambda *_: done.append("filed")  # noqa: E731
            waiting = loop.create_task(
                first.submit_before(lambda: None, last, job) if between else last.submit(job)
            )
            if between:  # the first half is done, and the second one queued
                await first.submit(lambda: None)
            else:
                await asyncio.sleep(0)
            now[0] += GIVEN_UP + late
            go_on.set()
            await blocking
            return (await asyncio.gather(waiting, return_exceptions=True))[0]
        finally:
            first.stop()
            last.stop()

    answer = asyncio.run(scenario())
    assert done == ["filed"] * is_done
    assert isinstance(answer, Unavailable) is not is_done


def test_who_has_gone_is_not_worked_for() -> None:
    go_on, blocked = threading.Event(), threading.Event()
    done: list[str] = []

    def block() -> None:
        blocked.set()
        assert go_on.wait(60)

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        threads = Threads("one", 1, loop, call, most=1)
        try:
            blocking = loop.create_task(threads.submit(block))
            await asyncio.to_thread(blocked.wait, 30)
            waiting = loop.create_task(threads.submit(lambda: done.append("filed")))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            go_on.set()
            await blocking
            await threads.submit(lambda: done.append("next"))
        finally:
            threads.stop()

    asyncio.run(scenario())
    assert done == ["next"]
