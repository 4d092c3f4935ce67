"""The bench of PostgreSQL beside SQLite."""

from __future__ import annotations

import psycopg

from bench import peers
from bench import postgres as bench
from bench.figures import Figure
from tests.stores import postgres


def test_its_ratio_is_to_sqlite() -> None:
    def rate(value: float) -> list[Figure]:
        return [Figure("delivery by LMTP", "8 connections: messages", value, "/s")]

    table = peers.table({"SQLite": rate(400), bench.POSTGRESQL: rate(300)}, bench.POSTGRESQL)
    assert table.splitlines()[2].endswith("| /s | 400 | 300 | 0.75 |")


def test_it_measures_in_a_database_of_its_own() -> None:
    with postgres() as cluster:
        with bench.new_database(cluster.url) as url, psycopg.connect(url) as connection:
            assert connection.execute("SELECT COUNT(*) FROM pg_tables").fetchone() is not None
        with psycopg.connect(cluster.url) as connection:
            found = connection.execute("SELECT datname FROM pg_database").fetchall()
        assert not [name for (name,) in found if name.startswith("lemonade_bench")]
        assert "synchronous_commit on" in bench.settings_of(cluster.url)
