"""Statements that travel together to PostgreSQL, on a server of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection, DataError, OperationalError, connect
from psycopg.errors import InFailedSqlTransaction, NotNullViolation

from lemonade_server.store.postgres import pipeline as module
from lemonade_server.store.postgres.pipeline import Pipeline
from tests.stores import Postgres, postgres

ADD = "INSERT INTO thing (id, name) VALUES (%s, %s)"
NAMES = "SELECT name FROM thing ORDER BY id"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    with postgres() as started:
        yield started


@pytest.fixture
def connection(cluster: Postgres) -> Iterator[Connection[Any]]:
    with connect(cluster.url, autocommit=True) as raw:
        raw.execute("DROP TABLE IF EXISTS thing")
        raw.execute("CREATE TABLE thing (id bigint, name text NOT NULL, data bytea)")
        yield raw


@pytest.fixture
def pipeline(connection: Connection[Any]) -> Pipeline:
    """One that has begun a transaction."""
    made = Pipeline(connection)
    made.add("BEGIN")
    return made


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements went with each round trip."""
    found: list[int] = []
    run = Pipeline._run

    def noted(self: Pipeline, chosen: Any) -> Any:
        found.append(len(chosen))
        return run(self, chosen)

    monkeypatch.setattr(Pipeline, "_run", noted)
    return found


def names(connection: Connection[Any]) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM thing ORDER BY id")]


def test_what_nobody_reads_goes_with_what_is_read(
    connection: Connection[Any], pipeline: Pipeline, trips: list[int]
) -> None:
    pipeline.add(ADD, (1, "one"))
    pipeline.add(ADD, (2, "two"))
    assert trips == []
    assert pipeline.execute(NAMES, ()).fetchall() == [("one",), ("two",)]
    assert trips == [4]
    pipeline.add(ADD, (3, "three"))
    pipeline.commit()
    assert trips == [4, 2]
    assert names(connection) == ["one", "two", "three"]


def test_an_error_comes_up_with_what_is_read(
    connection: Connection[Any], pipeline: Pipeline
) -> None:
    pipeline.add(ADD, (1, None))
    pipeline.add(ADD, (2, "two"))
    with pytest.raises(NotNullViolation):
        pipeline.execute(NAMES, ())
    pipeline.roll_back()
    pipeline.add("BEGIN")
    pipeline.add(ADD, (3, "three"))
    pipeline.commit()
    assert names(connection) == ["three"]


def test_a_commit_that_the_server_makes_a_rollback_is_an_error(
    connection: Connection[Any], pipeline: Pipeline
) -> None:
    with pytest.raises(NotNullViolation):
        pipeline.execute(ADD, (1, None))  # and somebody thinks nothing of it
    with pytest.raises(InFailedSqlTransaction):
        pipeline.commit()


def test_a_savepoint_in_which_nothing_is_sent_costs_nothing(
    connection: Connection[Any], pipeline: Pipeline, trips: list[int]
) -> None:
    with pipeline.savepoint():
        pass
    with pytest.raises(ValueError, match="never mind"), pipeline.savepoint():
        pipeline.add(ADD, (1, "one"))
        raise ValueError("never mind")
    with pipeline.savepoint():
        pipeline.add(ADD, (2, "two"))
    pipeline.commit()
    assert trips == [5]  # BEGIN, SAVEPOINT, INSERT, RELEASE, COMMIT
    assert names(connection) == ["two"]


def test_a_savepoint_takes_back_what_was_sent(
    connection: Connection[Any], pipeline: Pipeline
) -> None:
    pipeline.add(ADD, (1, "one"))
    with pytest.raises(NotNullViolation), pipeline.savepoint():
        pipeline.execute(ADD, (2, "two"))
        with pipeline.savepoint():
            pipeline.execute(ADD, (3, "three"))
        pipeline.execute(ADD, (4, None))
    pipeline.commit()
    assert names(connection) == ["one"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 'it\'s "so" \\ Zitrone ☂ %'),
        ("text", ""),
        ("bytea", bytes(range(256))),
        ("bigint", 2**62),
        ("integer", -1),
        ("boolean", True),
        ("boolean", False),
        ("text", None),
        ("double precision", 0.1),
        ("text[]", ['"', "\\", "a,b", "{}", "", "NULL", "☂"]),
        ("bigint[]", [1, 2**40, -3]),
        ("bigint[]", []),
        ("bytea[]", [b"\x00\xff", b""]),
    ],
)
def test_values_come_back_as_they_were(pipeline: Pipeline, kind: str, value: object) -> None:
    assert pipeline.execute(f"SELECT CAST(%s AS {kind})", (value,)).fetchall() == [(value,)]


def test_what_no_column_holds_is_refused_at_once(pipeline: Pipeline) -> None:
    with pytest.raises(DataError):
        pipeline.add(ADD, (1, "a\0b"))
    with pytest.raises(DataError):
        pipeline.add("SELECT 1 WHERE 'a' = ANY(%s)", (["a\0b"],))
    with pytest.raises(TypeError):
        pipeline.add(ADD, (1, object()))
    assert pipeline.execute(NAMES, ()).fetchall() == []


def test_statements_are_prepared_once_and_the_oldest_are_forgotten(
    connection: Connection[Any], pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepared() -> int:
        found = connection.execute("SELECT COUNT(*) FROM pg_prepared_statements").fetchone()
        assert found is not None
        return int(found[0])

    monkeypatch.setattr(module, "MOST_PREPARED", 3)
    for number in (1, 2**20, 2**40):
        assert pipeline.execute("SELECT CAST(%s AS bigint)", (number,)).fetchall() == [(number,)]
    assert prepared() == 1
    for number in (*range(10), *range(10)):
        assert pipeline.execute(f"SELECT {number}", ()).fetchall() == [(number,)]
    assert prepared() == 3
    pipeline.roll_back()
    pipeline.add("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    assert pipeline.execute(NAMES, ()).fetchall() == []
    assert prepared() == 3
    long = "SELECT 1" + " " * module.LONGEST_PREPARED
    assert pipeline.execute(long, ()).fetchall() == [(1,)]
    assert prepared() == 3


def test_many_go_in_several_round_trips(
    connection: Connection[Any], pipeline: Pipeline, trips: list[int]
) -> None:
    for number in range(2 * module.MOST_TOGETHER):
        pipeline.add(ADD, (number, "x" * 1000))
    pipeline.commit()
    assert trips == [module.MOST_TOGETHER, module.MOST_TOGETHER, 2]
    assert len(names(connection)) == 2 * module.MOST_TOGETHER


def test_who_only_reads_does_not_wait_for_the_end(
    connection: Connection[Any], pipeline: Pipeline, trips: list[int]
) -> None:
    pipeline.execute(NAMES, ())
    pipeline.roll_back()
    assert trips == [2]
    assert pipeline.has_settled()
    assert names(connection) == []  # psycopg has its connection again
    pipeline.add("BEGIN")
    pipeline.execute(NAMES, ())
    pipeline.roll_back()
    assert pipeline.execute(NAMES, ()).fetchall() == []


def test_a_connection_that_the_server_ends(
    cluster: Postgres, connection: Connection[Any], pipeline: Pipeline
) -> None:
    pipeline.execute(NAMES, ())
    with connect(cluster.url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
    with pytest.raises(OperationalError):
        pipeline.execute(ADD, (1, "one"))
    assert connection.closed
    with pytest.raises(OperationalError):
        pipeline.execute(NAMES, ())
