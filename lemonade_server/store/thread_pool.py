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
        run: Callable[[Sequence[Job]], list[Outcome]],
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
        while (first := self._queue.get()) is not None:
            waiting = [first, *self._more()]
            late = monotonic() - GIVEN_UP
            dropped = [each for each in waiting if each[1].cancelled() or each[2] < late]
            if dropped:
                waiting = [each for each in waiting if each not in dropped]
            outcomes = self._run([job for job, _, _ in waiting]) if waiting else []
            futures = [future for _, future, _ in waiting]
            done = [(future, *found) for future, found in zip(futures, outcomes, strict=True)]
            done += [(future, None, Unavailable(DATABASE, "too busy")) for _, future, _ in dropped]
            if any(isinstance(error, Error | Unavailable) for _, error in outcomes):
                connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(_resolve, done)
        connections[DEFAULT_DB_ALIAS].close()

    def _more(self) -> list[Waiting]:
        more: list[Waiting] = []
        while len(more) + 1 < self._most:
            try:
                item = self._queue.get_nowait()
            except Empty:
                break
            if item is None:  # a request to stop: for after this group
                self._queue.put(None)
                break
            more.append(item)
        return more


def _resolve(done: list[tuple[asyncio.Future[Any], Any, BaseException | None]]) -> None:
    for future, result, error in done:
        if result is PASSED_ON or future.done():  # done: its task was cancelled
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


def call(jobs: Sequence[Job]) -> list[Outcome]:
    """Run each job; what it raises goes to the one who waits for it."""
    outcomes: list[Outcome] = []
    for job in jobs:
        try:
            outcomes.append((job(), None))
        except Exception as error:
            outcomes.append((None, error))
    return outcomes
