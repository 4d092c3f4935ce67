"""How figures of several servers are compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import dovecot, peers
from bench.figures import Figure


def figures(rate: float, time: float, trips: float) -> list[Figure]:
    return [
        Figure("append", "messages", rate, "/s"),
        Figure("append", "p50", time, "ms"),
        Figure("reconnect", "round trips", trips, ""),
    ]


def test_a_ratio_above_one_means_ahead_of_the_better_peer() -> None:
    table = peers.table(
        {
            "maildir": figures(100, 8, 4),
            "sdbox": figures(400, 2, 4),
            peers.OURS: figures(600, 4, 3),
        }
    )
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines()]
    assert rows[0][3:7] == ["maildir", "sdbox", "Lemonade", "ratio"]
    assert rows[2][1:7] == ["append: messages", "/s", "100", "400", "600", "1.50"]
    assert rows[3][2:7] == ["ms", "8", "2", "4", "0.50"]
    assert rows[4][2:7] == ["", "4", "4", "3", ""]


def test_without_packages_it_is_said_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(dovecot.NoPackages, match="needs apt-get and dpkg"):
        dovecot.install(tmp_path / "dovecot")
