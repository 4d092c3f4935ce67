"""One transaction, and how to begin one in the calling thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db import transaction as django_transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error

from . import hints, vendor
from .errors import DATABASE, StoreFull, Unavailable, is_full
from .ids import MailboxId, Modseq
from .outages import outages

log = logging.getLogger(__name__)

T = TypeVar("T")

ATTEMPTS = 3
"""How often a job is run when another transaction was in its way."""


class Tx:
    """One transaction on one connection. Statements use ``%s``; see ``store/vendor.py``."""

    __slots__ = ("_hints", "_jobs", "connection")

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self._hints: dict[MailboxId, Modseq] = {}
        self._jobs: list[Callable[[], None]] = []

    def rows(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of the answer."""
        return vendor.execute(self.connection, sql, args).fetchall()

    def row(self, sql: str, args: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of the answer, None when there is none."""
        found = vendor.execute(self.connection, sql, args).fetchall()
        return found[0] if found else None

    def value(self, sql: str, args: Sequence[object] = ()) -> Any:
        """The first column of the first row, None when there is none."""
        found = vendor.execute(self.connection, sql, args).fetchall()
        return found[0][0] if found else None

    def integers(self, sql: str, args: Sequence[object] = ()) -> list[int]:
        """The only column of all rows: integers, never NULL. Quicker than ``rows`` for many."""
        return vendor.integer_columns(self.connection, sql, args, 1)[0]

    def integer_columns(self, sql: str, args: Sequence[object], count: int) -> list[list[int]]:
        """The columns of all rows, so many as there are: integers, never NULL; as ``integers``."""
        return vendor.integer_columns(self.connection, sql, args, count)

    def execute(self, sql: str, args: Sequence[object] = ()) -> None:
        """Run a statement whose answer nobody needs.

        On PostgreSQL it is sent with the next one whose answer is, or with the commit: what it
        raises comes up there.
        """
        vendor.send(self.connection, sql, args)

    def row_count(self, sql: str, args: Sequence[object] = ()) -> int:
        """Run a statement; the number of rows that it touched."""
        return vendor.execute(self.connection, sql, args).rowcount

    def many(self, sql: str, sequence: Sequence[Sequence[object]]) -> None:
        """Run one statement for each list of arguments, as ``execute`` does."""
        if sequence:
            vendor.execute_many(self.connection, sql, sequence)

    def before_waiting(self) -> None:
        """Called before anything other than the database is waited for: a file, a host."""

    def hint(self, mailbox: MailboxId, modseq: Modseq) -> None:
        """Tell those who watch this mailbox, once this is committed."""
        if modseq > self._hints.get(mailbox, 0):
            self._hints[mailbox] = modseq

    @property
    def hinted(self) -> dict[MailboxId, Modseq]:
        """The newest mod-sequence that this transaction took in each mailbox."""
        return self._hints

    def after_commit(self, job: Callable[[], None]) -> None:
        """Run ``job`` once this is committed, in the thread that committed; never on rollback."""
        self._jobs.append(job)

    def absorb(self, other: Tx) -> None:
        """Take over what another transaction wants done after the commit."""
        for mailbox, modseq in other._hints.items():
            self.hint(mailbox, modseq)
        self._jobs += other._jobs

    @contextmanager
    def savepoint(self) -> Iterator[Tx]:
        """A part of this transaction that may fail for itself: then only it is undone.

        A fifth of the price of ``transaction()`` within another one, and what it hints is told
        with all the rest. Raises StoreFull.
        """
        inner = Tx(self.connection)
        with vendor.savepoint(self.connection), translate_errors(self.connection):
            yield inner
        self.absorb(inner)

    def committed(self) -> None:
        """Publish the hints and run the jobs that waited for the commit."""
        if self._hints:
            hints.publish(self._hints)
        for job in self._jobs:
            try:
                job()
            except Exception:  # the commit stands: one failed job must not hide it
                log.exception("after_commit_failed")


AGAIN = 1.0
"""Seconds for which nobody tries to reach a database that has just failed: each try may take long,
and there may be a thousand who wait for theirs."""


def open_connection() -> BaseDatabaseWrapper:
    """The calling thread's connection, open. Raises Unavailable."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.connection is not None and vendor.is_lost(connection):
        connection.close()
    if connection.connection is None:
        if outages.is_fresh(DATABASE, AGAIN):
            raise Unavailable(DATABASE)
        with translate_errors(connection):
            connection.ensure_connection()
    vendor.prepare(connection)
    return connection


@contextmanager
def translate_errors(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Driver errors as Django's, a full disk as `StoreFull`, an outage as `Unavailable`."""
    try:
        with connection.wrap_database_errors:
            yield
    except (Error, OSError) as error:
        if is_full(error):
            raise StoreFull from error
        if vendor.is_away(error):
            outages.begin(DATABASE, error)
            raise Unavailable(DATABASE, error) from error
        raise
    if outages.any:
        outages.end(DATABASE)


@contextmanager
def transaction() -> Iterator[Tx]:
    """A writing transaction in the calling thread, for Celery, commands, admin and tests.

    Inside another one it is a savepoint. Hints and ``after_commit`` wait for the outermost commit.
    Raises StoreFull, Unavailable.
    """
    connection = open_connection()
    tx = Tx(connection)
    with atomic(connection):
        yield tx
    connection.on_commit(tx.committed)


@contextmanager
def atomic(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A transaction on an open connection, or a savepoint in the one that is open there.

    Raises StoreFull, Unavailable.
    """
    is_outermost = not connection.in_atomic_block
    with translate_errors(connection), django_transaction.atomic():
        try:
            yield
            if is_outermost and not connection.needs_rollback:
                vendor.commit(connection)
        except BaseException:
            vendor.forget_waiting(connection)
            raise


def run_with_retries(job: Callable[[Tx], T]) -> T:
    """What ``job`` returns in a ``transaction()`` of its own, begun anew after a deadlock.

    For jobs that change many rows, whose locks no order can be given. Raises StoreFull.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            with transaction() as tx:
                return job(tx)
        except Error as error:
            if not vendor.may_succeed_later(error):
                raise
    with transaction() as tx:
        return job(tx)


@contextmanager
def snapshot(is_last: bool = False) -> Iterator[Tx]:
    """A reading transaction in the calling thread that sees one state of the database.

    ``is_last``: the thread does nothing with its connection but to begin others like this.
    """
    connection = open_connection()
    if vendor.in_transaction(connection):
        yield Tx(connection)
        return
    with translate_errors(connection):
        vendor.begin_snapshot(connection)
        try:
            yield Tx(connection)
        except BaseException:
            vendor.end_snapshot(connection, is_last=False)
            raise
        vendor.end_snapshot(connection, is_last)
