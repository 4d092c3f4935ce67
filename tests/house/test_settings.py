"""docs/running.md names every setting, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lemonade_server.project import environment

RUNNING = Path(__file__).resolve().parent.parent.parent / "docs" / "running.md"


def test_the_table_of_settings_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[str] = set()
    text = environment._text

    def noted(name: str, default: str = "") -> str:
        asked.add(f"LEMONADE_{name}")
        return text(name, default)

    monkeypatch.setattr(environment, "_text", noted)
    environment.Environment.read()
    rows = [line for line in RUNNING.read_text("utf-8").splitlines() if line.startswith("| `LEMON")]
    documented = {
        name for row in rows for name in re.findall(r"`(LEMONADE_[A-Z_]+)`", row.split("|")[1])
    }
    assert documented == asked, "the table of docs/running.md lacks a setting, or has one too much"
