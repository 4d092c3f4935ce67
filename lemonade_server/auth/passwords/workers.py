"""The threads that check passwords, apart from those that carry mail.

A check costs processor time on purpose. So few run at a time, few wait, and each network address
has its turn: a flood from one delays the others by one check.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from threading import Condition, Thread
from typing import Any, TypeVar

from ..refusal import Busy

T = TypeVar("T")

THREADS = max(1, min(4, (os.cpu_count() or 1) // 2))
"""Checks of one process at a time: half the processors are left to mail."""

MOST_WAITING = 128
"""Logins of one process that are checked or wait for it."""

MOST_WAITING_OF_ONE = 32
"""The same of one address."""


class Workers:
    """A few threads and a queue with a lane for each address."""

    def __init__(
        self,
        threads: int = THREADS,
        most_waiting: int = MOST_WAITING,
        most_of_one: int = MOST_WAITING_OF_ONE,
    ) -> None:
        self._most_threads = threads
        self._most_waiting = most_waiting
        self._most_of_one = most_of_one
        self._waiting: Counter[str] = Counter()
        self._all_waiting = 0
        self._lanes: OrderedDict[str, deque[tuple[Callable[[], Any], Future[Any]]]] = OrderedDict()
        self._ready = Condition()
        self._threads: list[Thread] = []

    @contextmanager
    def admission(self, address: str, login: str = "") -> Iterator[None]:
        """For whoever wants a check, from before it until after it. Raises Busy.

        ``login`` is only for the words of that.
        """
        with self._ready:
            if (
                self._all_waiting >= self._most_waiting
                or self._waiting[address] >= self._most_of_one
            ):
                raise Busy(login)
            self._waiting[address] += 1
            self._all_waiting += 1
        try:
            yield
        finally:
            with self._ready:
                self._all_waiting -= 1
                self._waiting[address] -= 1
                if not self._waiting[address]:
                    del self._waiting[address]

    def submit(self, address: str, job: Callable[[], T]) -> Future[T]:
        """Queue work of somebody who was admitted."""
        future: Future[T] = Future()
        with self._ready:
            self._lanes.setdefault(address, deque()).append((job, future))
            if len(self._threads) < self._most_threads:
                name = f"password-{len(self._threads)}"
                self._threads.append(Thread(target=self._work, name=name, daemon=True))
                self._threads[-1].start()
            self._ready.notify()
        return future

    async def run(self, address: str, job: Callable[[], T]) -> T:
        """What the work returns or raises, for an event loop."""
        return await asyncio.wrap_future(self.submit(address, job))

    def _work(self) -> None:
        while True:
            job, future = self._next()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except Exception as error:
                future.set_exception(error)

    def _next(self) -> tuple[Callable[[], Any], Future[Any]]:
        with self._ready:
            while not self._lanes:
                self._ready.wait()
            address, lane = self._lanes.popitem(last=False)
            found = lane.popleft()
            if lane:
                self._lanes[address] = lane  # behind the others
            return found


@cache
def shared_workers() -> Workers:
    """Those of this process. Never called before a fork: threads don't survive it."""
    return Workers()
