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

PLACES = 128
"""Logins of one process that are checked or wait for it."""

PLACES_OF_ONE = 32
"""The same of one address."""


class Workers:
    """A few threads and a queue with a lane for each address."""

    def __init__(
        self, threads: int = THREADS, places: int = PLACES, places_of_one: int = PLACES_OF_ONE
    ) -> None:
        self._most_threads = threads
        self._places = places
        self._places_of_one = places_of_one
        self._taken: Counter[str] = Counter()
        self._all_taken = 0
        self._lanes: OrderedDict[str, deque[tuple[Callable[[], Any], Future[Any]]]] = OrderedDict()
        self._ready = Condition()
        self._threads: list[Thread] = []

    @contextmanager
    def place(self, address: str, login: str = "") -> Iterator[None]:
        """Whoever wants a check holds a place from before it until after it. Raises Busy.

        ``login`` is only for the words of that.
        """
        with self._ready:
            if self._all_taken >= self._places or self._taken[address] >= self._places_of_one:
                raise Busy(login)
            self._taken[address] += 1
            self._all_taken += 1
        try:
            yield
        finally:
            with self._ready:
                self._all_taken -= 1
                self._taken[address] -= 1
                if not self._taken[address]:
                    del self._taken[address]

    def submit(self, address: str, job: Callable[[], T]) -> Future[T]:
        """Queue work for a place that is held."""
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
