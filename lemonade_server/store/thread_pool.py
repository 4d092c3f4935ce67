"""The threads that own database connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import Error

from .errors import DATABASE, Unavailable

Job: TypeAlias = Callable[..., Any]
Outcome: TypeAlias = tuple[Any, BaseException | None]
Waiting: TypeAlias = tuple[Job, asyncio.Future[Any], float]
More: TypeAlias = Callable[[Callable[[Job], bool]], None]
"""Adds to the jobs what waits by now, in its order, up to the first that does not fit."""

Run: TypeAlias = Callable[[list[Job], More], list[Outcome]]
"""Does the jobs, and those that it takes besides; an outcome for each, in their order."""

Resolved: TypeAlias = tuple[asyncio.Future[Any], Any, BaseException | None]
P = TypeVar("P")

GIVEN_UP = 55.0
"""Seconds after which nobody waits for a job any more: most clients say good-bye after a minute. It
is not begun then, and the one who asked for it is told so.
"""

PASSED_ON = object()
"""What a job returns that has given its future to other threads: they will resolve it."""


class Threads:
    """A few threads that take jobs from one queue, up to ``most`` at a time."""

    def __init__(
        self,
        name: str,
        count: int,
        loop: asyncio.AbstractEventLoop,
        run: Run,
        most: int,
    ) -> None:
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._loop = loop
        self._run = run
        self._most = most
        self._threads = [
            Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    async def submit(self, job: Job) -> Any:
        """Queue ``job`` and wait for what it returns or raises."""
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put((job, future, monotonic()))
        return await future

    async def submit_before(self, first: Callable[[], P], threads: Threads, job: Job) -> Any:
        """Queue ``first`` here; then ``job``, given a Tx and its result, for other ``threads``."""
        future: asyncio.Future[Any] = self._loop.create_future()
        since = monotonic()

        def run() -> object:
            result = first()
            threads._queue.put((lambda tx: job(tx, result), future, since))
            return PASSED_ON

        self._queue.put((run, future, since))
        return await future

    def stop(self) -> None:
        """Let the threads finish what is queued, then end them."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        following: Waiting | None = None
        while (first := following or self._queue.get()) is not None:
            group = _Group(self._queue, self._most)
            group.add(first)
            group.take(lambda _: True)
            outcomes = self._run(group.jobs, group.take) if group.jobs else []
            done = group.done(outcomes)
            if any(isinstance(error, Error | Unavailable) for _, error in outcomes):
                connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(_resolve, done)
            following = group.following
        connections[DEFAULT_DB_ALIAS].close()


class _Group:
    """What one thread does at once: the jobs, those who wait for them, and what it has left."""

    __slots__ = ("_dropped", "_futures", "_most", "_queue", "following", "jobs")

    def __init__(self, queue: SimpleQueue[Waiting | None], most: int) -> None:
        self._queue = queue
        self._most = most
        self._futures: list[asyncio.Future[Any]] = []
        self._dropped: list[asyncio.Future[Any]] = []
        self.jobs: list[Job] = []
        self.following: Waiting | None = None

    def add(self, waiting: Waiting) -> None:
        """Take one, or drop it where nobody waits for it any more."""
        job, future, since = waiting
        if future.cancelled() or since < monotonic() - GIVEN_UP:
            self._dropped.append(future)
            return
        self.jobs.append(job)
        self._futures.append(future)

    def take(self, fits: Callable[[Job], bool]) -> None:
        """As `More` has it."""
        while self.following is None and len(self.jobs) + len(self._dropped) < self._most:
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
            if item is None:  # a request to stop: for after this group
                self._queue.put(None)
                break
            if fits(item[0]):
                self.add(item)
            else:
                self.following = item

    def done(self, outcomes: list[Outcome]) -> list[Resolved]:
        """Who is to be told what."""
        done = [(future, *found) for future, found in zip(self._futures, outcomes, strict=True)]
        return done + [(one, None, Unavailable(DATABASE, "too busy")) for one in self._dropped]


def _resolve(done: list[Resolved]) -> None:
    for future, result, error in done:
        if result is PASSED_ON or future.done():  # done: its task was cancelled
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


def call(jobs: Sequence[Job], _: More | None = None) -> list[Outcome]:
    """Run each job; what it raises goes to the one who waits for it. It takes no more."""
    outcomes: list[Outcome] = []
    for job in jobs:
        try:
            outcomes.append((job(), None))
        except Exception as error:
            outcomes.append((None, error))
    return outcomes
