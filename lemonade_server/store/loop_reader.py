"""Short reads in the event loop itself.

SQLite answers from memory within some tens of microseconds: less than it costs to hand a question
to a thread and its answer back. So the loop has a connection of its own, over which nobody may be
made to wait for long:

- Readers of a WAL wait neither for a writer nor for a checkpoint. In the rare moments in which they
  would, as while a log is recovered, this connection is refused at once (its busy timeout is 0).
- What takes longer than `BUDGET` is stopped, and begun anew by a thread.
- Once a read has waited for the disk, threads have the next ones for `COLD` seconds: they warm what
  is cold, and the loop has waited for a few pages.
- Octets that are not in the database are fetched by threads (`Tx.before_waiting`).

A job may so be run twice; it changes nothing outside that a second run does not change again.
"""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable
from time import monotonic
from typing import TypeAlias, TypeVar

from django.core.exceptions import SynchronousOnlyOperation
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error

from . import vendor
from .precedence import Precedence
from .tx import AGAIN, Tx

T = TypeVar("T")

Version: TypeAlias = tuple[int, int]

BUDGET = 0.004
"""Seconds that a read may take here: about as long as a thread may keep the interpreter anyway."""

STEPS = 200
"""Steps of SQLite's machine between two looks at the clock: some ten rows."""

COLD = 0.25
"""Seconds for which threads read after one here has waited for the disk."""

_HARMLESS = frozenset(
    (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_READONLY)
)

IN_A_ROW = 16
"""Reads of one task, one after the other, after which others have their turn."""


class Elsewhere(Exception):
    """A thread has to do it: nothing was done here."""


class LoopTx(Tx):
    """A reading transaction in the event loop."""

    __slots__ = ()

    def before_waiting(self) -> None:
        """Raises Elsewhere."""
        raise Elsewhere


class LoopReader:
    """The connection of the event loop, used in its thread alone but for ``open``."""

    def __init__(self, precedence: Precedence) -> None:
        self._precedence = precedence
        self._wrapper: BaseDatabaseWrapper | None = None
        self._opened = 0
        self._tried_at = float("-inf")
        self._begun = self._end = 0.0
        self._cold_until = 0.0
        self._waits = 0
        self._in_a_row = 0

    @property
    def is_due(self) -> bool:
        """Whether to open it, now and then, for it is not open."""
        return self._wrapper is None and monotonic() - self._tried_at > AGAIN

    def open(self) -> None:
        """Open it; in a thread, for that may take long. A database that is away stays so."""
        self._tried_at = monotonic()
        wrapper = connections.create_connection(DEFAULT_DB_ALIAS)
        try:
            wrapper.ensure_connection()
            vendor.read_only_for_moments(wrapper, self._is_over, STEPS)
        except Error:
            return
        wrapper.inc_thread_sharing()
        self._opened += 1
        self._wrapper = wrapper

    def close(self) -> None:
        """Close it; threads read from now on."""
        wrapper, self._wrapper = self._wrapper, None
        if wrapper is not None:
            wrapper.connection.close()

    def run(self, job: Callable[[Tx], T]) -> T:
        """What ``job`` returns in a reading transaction. Raises what it raises, and Elsewhere."""
        wrapper = self._wrapper
        if wrapper is None or monotonic() < self._cold_until:
            raise Elsewhere
        self._precedence.let_pass()
        self._begin()
        try:
            vendor.begin_snapshot(wrapper)
            try:
                return job(LoopTx(wrapper))
            finally:
                self._end = float("inf")  # its end is not stopped: an open one sees nothing new
                vendor.end_snapshot(wrapper, is_last=True)
        except (sqlite3.Error, Error) as error:
            self._look_at(error)
            raise Elsewhere from error
        except SynchronousOnlyOperation as error:
            raise Elsewhere from error
        finally:
            self._count_waits()

    def version(self) -> Version | None:
        """What changes with each commit of others, in any process; None where nobody knows."""
        wrapper = self._wrapper
        if wrapper is None:
            return None
        self._begin()
        try:
            return self._opened, vendor.data_version(wrapper)
        except sqlite3.Error as error:
            self._look_at(error)
            return None

    def has_had_enough(self) -> bool:
        """Whether others should have their turn before who has just read goes on."""
        self._in_a_row += 1
        if self._in_a_row < IN_A_ROW and monotonic() < self._begun + BUDGET / 2:
            return False
        self._in_a_row = 0
        return True

    def _begin(self) -> None:
        self._begun = monotonic()
        self._end = self._begun + BUDGET

    def _is_over(self) -> bool:
        return monotonic() > self._end

    def _look_at(self, error: BaseException) -> None:
        """What took too long, met a lock or is a bug leaves the connection as it was.

        It never goes on with a transaction that is open: all it reads would be of then.
        """
        wrapper = self._wrapper
        if wrapper is not None and vendor.in_transaction(wrapper):
            self.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _HARMLESS:
            self.close()

    def _count_waits(self) -> None:
        """Notice that this thread has waited for the disk since it last looked."""
        used = resource.getrusage(resource.RUSAGE_THREAD)
        waits = used.ru_majflt + used.ru_inblock
        if waits != self._waits:
            self._waits = waits
            self._cold_until = monotonic() + COLD
