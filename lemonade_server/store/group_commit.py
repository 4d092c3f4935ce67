"""The group commit: one transaction for all jobs that wait."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error

from . import vendor
from .errors import DATABASE, StoreFull, Unavailable
from .reserve import reserve
from .thread_pool import Job, More, Outcome
from .tx import ATTEMPTS, Tx, atomic, open_connection, translate_errors

log = logging.getLogger(__name__)

P = TypeVar("P")

GROUP_LOCK_WAIT = 250
"""Milliseconds that a group waits for a row lock before its jobs are run one by one."""


LITTLE_TO_PREPARE = 16_384
"""Octets that are prepared at once for who came while the turn was waited for: others wait."""

Order: TypeAlias = AbstractContextManager[None]
_NO_ORDER: Order = nullcontext()


class Preparing:
    """A job with a first half that is run once, before the transaction of the group begins.

    ``failure`` is what that raised: the second half is not run then.
    """

    __slots__ = ("_job", "_prepare", "_prepared", "failure", "octets")

    def __init__(
        self, prepare: Callable[[], P], job: Callable[[Tx, P], Any], octets: int = 0
    ) -> None:
        self._prepare = prepare
        self._job: Callable[[Tx, Any], Any] = job
        self._prepared: Any = None
        self.octets = octets
        self.failure: Exception | None = None

    def prepare(self) -> None:
        """Run the first half."""
        try:
            self._prepared = self._prepare()
        except Exception as error:
            self.failure = error

    def __call__(self, tx: Tx) -> Any:
        return self._job(tx, self._prepared)


class Freeing:
    """A job that makes room, or leads to it: on a full disk it may use what is kept for that."""

    __slots__ = ("_job",)

    def __init__(self, job: Callable[[Tx], Any]) -> None:
        self._job = job

    def __call__(self, tx: Tx) -> Any:
        return self._job(tx)


class _Undo(Exception):
    """A job failed after it had written something: the group has to begin anew."""


def write_group(
    jobs: list[Job], more: More | None = None, order: Order | None = None
) -> list[Outcome]:
    """Prepare what is to be prepared, then run all jobs in one transaction.

    They are run one by one when the database objects; not when the connection was lost: the commit
    may have been done, and nothing is done twice. Once it is this process's turn to write, the
    group takes ``more``: the longer it waits, the more it brings. ``order`` is entered while jobs
    are run.
    """
    _prepare(jobs)
    if jobs and all(map(_failure, jobs)):
        return [(None, _failure(job)) for job in jobs]
    with _turn():
        if more is not None:
            at = len(jobs)
            more(_is_quick)
            _prepare(jobs[at:])
        return _write(jobs, order or _NO_ORDER)


def _turn() -> AbstractContextManager[None]:
    """The right to write next. Who can't reach the database hears of it from there."""
    try:
        return vendor.turn(open_connection())
    except (Error, Unavailable):
        return nullcontext()


def _prepare(jobs: Iterable[Job]) -> None:
    for job in jobs:
        if isinstance(job, Preparing):
            job.prepare()


def _is_quick(job: Job) -> bool:
    return not isinstance(job, Preparing) or job.octets <= LITTLE_TO_PREPARE


def _failure(job: Job) -> Exception | None:
    return job.failure if isinstance(job, Preparing) else None


def _write(jobs: list[Job], order: Order) -> list[Outcome]:
    """As ``write_group``. A deletion that finds no room is tried again with what is kept for it."""
    kept = reserve()
    if not kept.is_there():
        return [
            _run_with_reserve(job, order)
            if isinstance(job, Freeing)
            else (None, _failure(job) or StoreFull())
            for job in jobs
        ]
    outcomes = _write_all(jobs, order)
    for at, (job, (_, error)) in enumerate(zip(jobs, outcomes, strict=True)):
        if isinstance(job, Freeing) and isinstance(error, StoreFull | Unavailable):
            outcomes[at] = _run_with_reserve(job, order) if is_disk_full(error) else outcomes[at]
    return outcomes


def _run_with_reserve(job: Job, order: Order) -> Outcome:
    done = _alone(job, order)
    if done[1] is None or not is_disk_full(done[1]):
        return done
    reserve().give_up()
    return _alone(job, order)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether there is no room; SQLite may call that an error of the disk."""
    if isinstance(error, StoreFull):
        return True
    connection = connections[DEFAULT_DB_ALIAS]
    return isinstance(error, Unavailable) and vendor.is_without_room(connection)


def _write_all(jobs: Sequence[Job], order: Order) -> list[Outcome]:
    if len(jobs) > 1:
        try:
            return _together(jobs, order)
        except Unavailable as error:
            return [(None, _failure(job) or error) for job in jobs]
        except (Error, StoreFull) as error:
            log.debug("group_commit_failed", exc_info=True)
            if not connections[DEFAULT_DB_ALIAS].is_usable():
                return [(None, _failure(job) or error) for job in jobs]
    return [_alone(job, order) for job in jobs]


def _together(jobs: Sequence[Job], order: Order) -> list[Outcome]:
    """All jobs in one transaction, at first without savepoints: it is known whether one that failed
    has left anything behind. Few do, and a savepoint costs a tenth of an APPEND.
    """
    connection = open_connection()
    try:
        return _in_one(connection, jobs, _bare, order)
    except _Undo:
        log.debug("group_commit_undone")
    return _in_one(connection, jobs, _run_in_savepoint, order)


Run = Callable[[BaseDatabaseWrapper, Job, Tx], Any]


def _in_one(
    connection: BaseDatabaseWrapper, jobs: Sequence[Job], run: Run, order: Order
) -> list[Outcome]:
    group = Tx(connection)
    outcomes: list[Outcome] = []
    with atomic(connection):
        vendor.plan_once(connection)
        vendor.limit_waiting(connection, GROUP_LOCK_WAIT)
        with order:
            for job in jobs:
                if (failure := _failure(job)) is not None:
                    outcomes.append((None, failure))
                    continue
                tx = Tx(connection)
                try:
                    outcomes.append((run(connection, job, tx), None))
                except (Error, StoreFull, Unavailable, _Undo):
                    raise
                except Exception as error:
                    outcomes.append((None, error))
                else:
                    group.absorb(tx)
    group.committed()
    return outcomes


def _bare(connection: BaseDatabaseWrapper, job: Job, tx: Tx) -> Any:
    before = vendor.changes(connection)
    try:
        with translate_errors(connection):
            return job(tx)
    except (Error, StoreFull, Unavailable):
        raise
    except Exception as error:
        if vendor.changes(connection) != before:
            raise _Undo from error
        raise


def _run_in_savepoint(connection: BaseDatabaseWrapper, job: Job, tx: Tx) -> Any:
    with atomic(connection):
        return job(tx)


def _alone(job: Job, order: Order) -> Outcome:
    if (failure := _failure(job)) is not None:
        return None, failure
    for attempt in range(ATTEMPTS):
        try:
            connection = open_connection()
            tx = Tx(connection)
            with atomic(connection), order:
                vendor.plan_once(connection)
                result = job(tx)
        except Exception as error:
            if attempt + 1 < ATTEMPTS and vendor.may_succeed_later(error):
                continue
            if vendor.waited_for_lock(error):
                return None, Unavailable(DATABASE, error)
            return None, error
        tx.committed()
        return result, None
    raise AssertionError("unreachable")
