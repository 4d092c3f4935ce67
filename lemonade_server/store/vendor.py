"""All that differs between SQLite and PostgreSQL.

Statements are written for PostgreSQL; for SQLite the few unlike phrases are replaced, once a
statement. Both run on Django's own connection, through a bare driver cursor: a third of the price
of Django's (7 against 23 microseconds for one row).
"""

from __future__ import annotations

import json
import os
import select
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import InterfaceError, OperationalError

if TYPE_CHECKING:
    from .postgres.pipeline import Pipeline

sqlite3.register_adapter(list, json.dumps)

_FOR_SQLITE = (
    ("= ANY(%s)", "IN (SELECT value FROM json_each(%s))"),
    (
        "UNNEST(CAST(%s AS BIGINT[])) AS wanted(id)",
        "(SELECT value AS id FROM json_each(%s)) AS wanted",
    ),
    (" FOR UPDATE SKIP LOCKED", ""),
    (" FOR UPDATE", ""),
    ("STRPOS(", "INSTR("),
    ("STRING_AGG(", "GROUP_CONCAT("),
    ("OCTET_LENGTH(", "LENGTH("),
    (' COLLATE "C"', ""),  # SQLite compares octets unless told otherwise
    ("%s", "?"),
)


class Overtime(Exception):
    """A statement took longer than it may."""


class DatabaseCursor(Protocol):
    """The part of a driver's cursor that the store uses."""

    rowcount: int

    def fetchall(self) -> list[Any]: ...


_ARRAY, _ONE = "= ANY(%s)", "= %s"


@lru_cache(maxsize=2048)
def _sqlite_statement(sql: str) -> str:
    for theirs, ours in _FOR_SQLITE:
        sql = sql.replace(theirs, ours)
    return sql


@lru_cache(maxsize=2048)
def _arrays_in(sql: str) -> tuple[int, ...]:
    """Which arguments of a statement are arrays of which something must be one."""
    before, *parts = sql.split(_ARRAY)
    found: list[int] = []
    at = before.count("%s")
    for part in parts:
        found.append(at)
        at += 1 + part.count("%s")
    return tuple(found)


@lru_cache(maxsize=2048)
def _statement_for_one(sql: str) -> str:
    return _sqlite_statement(sql.replace(_ARRAY, _ONE))


def _for_sqlite(sql: str, args: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """The statement and its arguments. Most arrays have one element, as of a command for one
    message: found by itself it costs half of what it costs as JSON.
    """
    arrays = _arrays_in(sql)
    if not arrays or any(len(args[at]) != 1 for at in arrays):
        return _sqlite_statement(sql), args
    single = list(args)
    for at in arrays:
        (single[at],) = args[at]
    return _statement_for_one(sql), single


def is_sqlite(connection: BaseDatabaseWrapper) -> bool:
    """Whether the store is in the embedded database."""
    return connection.vendor == "sqlite"


@lru_cache(maxsize=1)
def _postgres() -> ModuleType:
    """Loaded where it is used: an installation on SQLite has no psycopg."""
    return import_module("lemonade_server.store.postgres.pipeline")


def _pipeline(connection: BaseDatabaseWrapper) -> Pipeline:
    return cast("Pipeline", _postgres().pipeline_of(connection.connection))


def prepare(connection: BaseDatabaseWrapper) -> None:
    """Let what Django sends over an open connection go behind what waits (``send``)."""
    if connection.vendor == "sqlite":
        return
    before = _postgres().send_before
    if before not in connection.execute_wrappers:
        connection.execute_wrappers.append(before)


def execute(connection: BaseDatabaseWrapper, sql: str, args: Sequence[object]) -> DatabaseCursor:
    """Run one statement; rows come back as tuples, octets as ``bytes``."""
    if connection.vendor == "sqlite":
        return cast(DatabaseCursor, connection.connection.execute(*_for_sqlite(sql, args)))
    return _pipeline(connection).execute(sql, args)


def send(connection: BaseDatabaseWrapper, sql: str, args: Sequence[object]) -> None:
    """Run one statement whose answer nobody reads.

    PostgreSQL gets it together with the next one whose answer is read, or with the commit; then it
    fails, if it does.
    """
    if connection.vendor == "sqlite":
        execute(connection, sql, args)
    else:
        _pipeline(connection).add(sql, args)


def integer_columns(
    connection: BaseDatabaseWrapper, sql: str, args: Sequence[object], count: int
) -> list[list[int]]:
    """The columns of all rows, ``count`` as there are, each in the order of the rows.

    SQLite is asked for one row that holds them all: each row that Python fetches costs a
    microsecond and two changes of the interpreter lock.
    """
    if connection.vendor == "sqlite":
        texts = execute(connection, _columns_joined(sql, count), args).fetchall()[0]
        return [cast(list[int], json.loads(f"[{text}]")) if text else [] for text in texts]
    rows = execute(connection, sql, args).fetchall()
    return [[row[at] for row in rows] for at in range(count)]


@lru_cache(maxsize=256)
def _columns_joined(sql: str, count: int) -> str:
    names = [f"n{at}" for at in range(count)]
    joined = ", ".join(f"GROUP_CONCAT({name})" for name in names)
    return f"WITH found({', '.join(names)}) AS ({sql}) SELECT {joined} FROM found"


def execute_many(
    connection: BaseDatabaseWrapper, sql: str, sequence: Sequence[Sequence[object]]
) -> None:
    """As ``send``, for each list of arguments."""
    if connection.vendor == "sqlite":
        if len(sequence) == 1:
            execute(connection, sql, sequence[0])
        else:
            connection.connection.executemany(_sqlite_statement(sql), sequence)
        return
    pipeline = _pipeline(connection)
    for args in sequence:
        pipeline.add(sql, args)


_NOT_FOR_PATTERNS = frozenset("*?[\ufffd\ufffe\uffff")
"""What means something else in a pattern, and what is all the same to it."""

MOST_OF_PATTERN = 5_000
"""Characters of a pattern; SQLite takes 50,000 octets."""


def condition_of_holding(connection: BaseDatabaseWrapper, text: str, value: str) -> tuple[str, str]:
    """The condition that a text, octet by octet, holds another one, and its argument.

    SQLite looks for a pattern in half the time in which it finds where something is.
    """
    if connection.vendor != "sqlite" or not value or len(value) > MOST_OF_PATTERN:
        return f"STRPOS({text}, %s) > 0", value
    if not _NOT_FOR_PATTERNS.isdisjoint(value):
        return f"STRPOS({text}, %s) > 0", value
    return f"{text} GLOB %s", f"*{value}*"


def changes_in_queries(connection: BaseDatabaseWrapper) -> bool:
    """Whether one statement may change several tables (``WITH new AS (INSERT …)``)."""
    return connection.vendor != "sqlite"


def commit(connection: BaseDatabaseWrapper) -> None:
    """Commit, in the round trip of what waits; whoever began finds nothing left to do."""
    if connection.vendor != "sqlite" and in_transaction(connection):
        _pipeline(connection).commit()


def forget_waiting(connection: BaseDatabaseWrapper) -> None:
    """Drop what waits: its transaction is rolled back."""
    if connection.vendor != "sqlite" and connection.connection is not None:
        _pipeline(connection).cut(0)


@contextmanager
def savepoint(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """A part of a transaction, undone when an exception leaves it."""
    if connection.vendor == "sqlite":
        raw = connection.connection
        raw.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            raw.execute("ROLLBACK TO part")
            raw.execute("RELEASE part")
            raise
        raw.execute("RELEASE part")
        return
    pipeline = _pipeline(connection)
    with pipeline.savepoint():
        yield


def in_transaction(connection: BaseDatabaseWrapper) -> bool:
    """Whether a transaction is open on it, begun by anybody."""
    raw = connection.connection
    if connection.vendor == "sqlite":
        return bool(raw.in_transaction)
    return bool(raw.info.transaction_status or len(_pipeline(connection)))


def changes(connection: BaseDatabaseWrapper) -> int:
    """A count that grows with each row, or each statement, written over this connection."""
    if connection.vendor == "sqlite":
        return int(connection.connection.total_changes)
    return _pipeline(connection).changes


def is_lost(connection: BaseDatabaseWrapper) -> bool:
    """Whether the server has ended this open connection, on which nothing is under way.

    It then has said so unasked: there is something to read. Otherwise each connection that a
    restart of the server has cut would cost somebody an error.
    """
    if connection.vendor == "sqlite":
        return False
    raw = connection.connection
    if raw.closed or not _pipeline(connection).has_settled():
        return True
    if raw.info.transaction_status:
        return False
    asked = select.poll()
    asked.register(raw.fileno(), select.POLLIN)
    return bool(asked.poll(0))


_AWAY_SQLITE = frozenset(
    (
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_PERM,
    )
)  # fmt: skip
_AWAY_POSTGRESQL = ("08", "57P", "53300", "53400", "58")


def is_away(error: BaseException) -> bool:
    """Whether the database can't be reached or can't work, whatever was asked of it.

    Of PostgreSQL: no connection, a server that stops or starts or is crowded, a disk that fails.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    cause = error.__cause__
    if cause is None:
        return False
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _AWAY_SQLITE
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(_AWAY_POSTGRESQL)


def is_without_room(connection: BaseDatabaseWrapper) -> bool:
    """Whether the disk of the embedded database is full to the last block."""
    if connection.vendor != "sqlite":
        return False
    try:
        found = os.statvfs(os.path.dirname(str(connection.settings_dict["NAME"])))
    except OSError:
        return False
    return found.f_bavail == 0


def waited_for_lock(error: BaseException) -> bool:
    """Whether a row was locked for longer than anybody may wait."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03"


def may_succeed_later(error: BaseException) -> bool:
    """Whether another transaction was in the way: a deadlock or a failed serialization."""
    cause = error.__cause__
    return getattr(cause, "sqlstate", None) in ("40001", "40P01")


def begin_snapshot(connection: BaseDatabaseWrapper) -> None:
    """Start a transaction that only reads and sees one state; ``end_snapshot`` ends it."""
    if connection.vendor == "sqlite":
        connection.connection.execute("BEGIN DEFERRED")
    else:
        _pipeline(connection).add("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")


def end_snapshot(connection: BaseDatabaseWrapper, is_last: bool) -> None:
    """End what ``begin_snapshot`` began. Nothing was written: rolling back is cheapest.

    ``is_last``: whoever uses the connection next begins with ``is_lost``, so that nobody need wait
    for PostgreSQL to say that it is done.
    """
    if connection.vendor == "sqlite":
        connection.connection.execute("ROLLBACK")
        return
    pipeline = _pipeline(connection)
    pipeline.roll_back()
    if not is_last:
        pipeline.settle()


def read_only_for_moments(
    connection: BaseDatabaseWrapper, is_over: Callable[[], bool], steps: int
) -> None:
    """Let this connection of SQLite wait for nobody, and stop what it reads once ``is_over``.

    That is asked after so many steps of its machine each.
    """
    raw = connection.connection
    raw.execute("PRAGMA busy_timeout=0")
    raw.execute("PRAGMA query_only=1")
    raw.set_progress_handler(is_over, steps)
    connection.hurries = True  # type: ignore[attr-defined]


def data_version(connection: BaseDatabaseWrapper) -> int:
    """A number that changes when another connection has written to this SQLite database."""
    return int(connection.connection.execute("PRAGMA data_version").fetchall()[0][0])


def turn(connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
    """The right to write next, among all processes; PostgreSQL needs none.

    It is given back at the end, or with the commit if that comes first.
    """
    found = getattr(connection, "turn", None)
    return nullcontext() if found is None else cast(AbstractContextManager[None], found)


def limit_waiting(connection: BaseDatabaseWrapper, milliseconds: int) -> None:
    """Let the current transaction fail rather than wait longer for a row lock.

    Two groups of jobs could wait for each other's mailboxes; each is then run job by job.
    SQLite has one writer: its lock is taken at the start.
    """
    if connection.vendor != "sqlite":
        _pipeline(connection).add(
            "SELECT set_config('lock_timeout', %s, true)", (str(milliseconds),)
        )


def plan_once(connection: BaseDatabaseWrapper) -> None:
    """Have the statements of the current transaction planned once a connection, not each time.

    For jobs that write: what they touch is found by its key, whatever the key is.
    """
    if connection.vendor != "sqlite":
        _pipeline(connection).add("SET LOCAL plan_cache_mode = force_generic_plan")


def skip_ids(connection: BaseDatabaseWrapper, table: str, count: int) -> None:
    """Let the next row of a table have an id that is greater by so many."""
    if connection.vendor == "sqlite":
        execute(
            connection, "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", (count, table)
        )
        return
    execute(
        connection,
        "SELECT setval(pg_get_serial_sequence(%s, 'id'),"
        " nextval(pg_get_serial_sequence(%s, 'id')) + %s)",
        (table, table, count),
    )


UPGRADE = 0x1E30_7AB1E5
"""The advisory lock of those who change the tables: any number that nobody else uses."""


def is_whole(path: Path) -> bool:
    """Whether a file, in which nobody writes, is an SQLite database of ours to its last page."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)) as found:
            found.execute("SELECT id FROM mailbox LIMIT 1")
            return bool(found.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


@contextmanager
def upgrading(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Hosts that share a PostgreSQL take turns here; an SQLite file is of one host."""
    if connection.vendor == "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")  # the other host may take long
        cursor.execute("SELECT pg_advisory_lock(%s)", [UPGRADE])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [UPGRADE])


STEPS = 1_000
"""Steps of SQLite's machine between two looks at the clock."""


@contextmanager
def time_limit(connection: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    """Stop what is read for longer: all statements together on SQLite, each one on PostgreSQL.

    In a reading transaction only, which can't go on afterwards. Raises Overtime.
    """
    raw = connection.connection
    if getattr(connection, "hurries", False):  # its limit is much lower, and set for good
        yield
        return
    if connection.vendor == "sqlite":
        end = monotonic() + seconds
        raw.set_progress_handler(lambda: monotonic() > end, STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise Overtime from error
            raise
        finally:
            raw.set_progress_handler(None, 0)
        return
    from psycopg.errors import QueryCanceled

    milliseconds = str(max(1, int(seconds * 1000)))  # 0: no limit
    _pipeline(connection).add("SELECT set_config('statement_timeout', %s, true)", (milliseconds,))
    try:
        yield
    except QueryCanceled as error:
        raise Overtime from error
