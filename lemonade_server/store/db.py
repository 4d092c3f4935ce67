"""Transactions: in the calling thread, or from asyncio, through a few database threads or at once.

A job is a plain function that is given a `Tx`. Written jobs are grouped: one commit for all that
wait (each in a savepoint of its own), so that full durability costs little under load. A job may
be run a second time after a rollback, so it must have no effect outside its transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections

from . import vendor
from .group_commit import Freeing, Preparing, write_group
from .loop_reader import Elsewhere, LoopReader, Version
from .precedence import Precedence
from .reserve import reserve
from .thread_pool import Threads, call
from .tx import Tx, run_with_retries, snapshot, transaction

__all__ = ["Database", "Tx", "run_with_retries", "snapshot", "transaction"]

T = TypeVar("T")
P = TypeVar("P")


def _read(job: Callable[[Tx], T]) -> T:
    with snapshot(is_last=True) as tx:
        return job(tx)


LONG_READERS = 2
LITTLE = 131_072  # octets that are prepared in a few milliseconds
MUCH = LITTLE + 1


class Database:
    """The asyncio face of the store: one object a process, used from one event loop."""

    def __init__(self, readers: int = 3, writers: int = 4, files: int = 4) -> None:
        self._counts = readers, writers, files
        self._long_readers: Threads | None = None
        self._readers: Threads | None = None
        self._writers: Threads | None = None
        self._files: Threads | None = None
        self._loop_reader: LoopReader | None = None

    def start(self) -> None:
        """Start the threads. Call it inside the running event loop, after any fork."""
        reserve().is_there()  # made before the disk is full
        loop = asyncio.get_running_loop()
        readers, writers, files = self._counts
        precedence = Precedence()
        if vendor.is_sqlite(connections[DEFAULT_DB_ALIAS]):
            writers = 1
            self._loop_reader = LoopReader(precedence)
        self._readers = Threads("reader", readers, loop, call, most=1)
        self._long_readers = Threads("long-reader", LONG_READERS, loop, call, most=1)
        write = partial(write_group, order=precedence)
        self._writers = Threads("writer", writers, loop, write, most=200)
        self._files = Threads("files", files, loop, call, most=1)

    async def read(self, job: Callable[[Tx], T]) -> T:
        """Run ``job`` in a reading transaction. Keep it short: about 200 rows.

        In the event loop itself where that is quicker (`loop_reader`): it may be run twice.
        """
        assert self._readers is not None, "Database.start() was not called"
        if (near := self._loop_reader) is not None:
            try:
                found = near.run(job)
            except Elsewhere:
                if near.is_due:
                    await self.run(near.open)
            else:
                if near.has_had_enough():
                    await asyncio.sleep(0)
                return found
        return cast(T, await self._readers.submit(lambda: _read(job)))

    def version(self) -> Version | None:
        """What is another one after each commit, of any process. None: nobody knows.

        While it is the same nobody needs to look for changes.
        """
        return None if self._loop_reader is None else self._loop_reader.version()

    async def read_long(self, job: Callable[[Tx], T]) -> T:
        """As ``read``, for what may take seconds: the short reads go on beside it."""
        assert self._long_readers is not None, "Database.start() was not called"
        return cast(T, await self._long_readers.submit(lambda: _read(job)))

    async def write(self, job: Callable[[Tx], T], frees: bool = False) -> T:
        """Run ``job`` in a writing transaction; returns once it is on the disk.

        ``frees``: it makes room, so a full disk does not stop it. Raises StoreFull, Unavailable.
        """
        assert self._writers is not None, "Database.start() was not called"
        return cast(T, await self._writers.submit(Freeing(job) if frees else job))

    async def write_prepared(
        self, prepare: Callable[[], P], job: Callable[[Tx, P], T], octets: int = MUCH
    ) -> T:
        """Run ``prepare`` outside any transaction, then ``job`` on its result as ``write`` does.

        ``octets`` is about how much ``prepare`` works on: little is done by the thread that writes,
        for a change of threads costs more; much as by ``run``, so that nobody's commit waits.
        """
        assert self._files is not None and self._writers is not None, "start() was not called"
        if octets <= LITTLE:
            return cast(T, await self._writers.submit(Preparing(prepare, job, octets)))
        return cast(T, await self._files.submit_before(prepare, self._writers, job))

    async def run(self, job: Callable[[], T]) -> T:
        """Run blocking work, as on files, in a thread. It may use ``snapshot()``."""
        assert self._files is not None, "Database.start() was not called"
        return cast(T, await self._files.submit(job))

    async def close(self) -> None:
        """Finish what is queued and stop the threads."""
        if self._loop_reader is not None:
            self._loop_reader.close()
            self._loop_reader = None
        for threads in (self._files, self._writers, self._readers, self._long_readers):
            if threads is not None:
                await asyncio.to_thread(threads.stop)
        self._readers = self._long_readers = self._writers = self._files = None
