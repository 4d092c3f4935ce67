"""The first command on an empty data folder makes what it needs, whichever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.system import System


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("account", "list"), ""),
        (("domain", "list"), ""),
        (("checkstore",), "The store is sound."),
    ],
)
def test_tables_are_made(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    answer = System(tmp_path).manage(*words)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == says


def test_a_database_that_is_away_is_one_clear_line(tmp_path: Path) -> None:
    away = System(tmp_path, DATABASE_URL="postgresql://u:secret@127.0.0.1:1/x")
    answer = away.manage("account", "list")
    assert answer.returncode != 0
    assert "The database can't be used" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "secret" not in answer.stderr
