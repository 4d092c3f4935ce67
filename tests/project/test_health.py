"""/healthz: every part is asked, none is waited for too long; /livez asks nobody."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from lemonade_server.project import health
from lemonade_server.project.health import Health
from lemonade_server.store.errors import BLOBS, DATABASE, Unavailable
from lemonade_server.store.reserve import Reserve


def test_a_part_that_hangs_is_down_and_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    monkeypatch.setattr(health, "FRESH", 0.0)
    go_on, asked = threading.Event(), []

    def hang() -> bool:
        asked.append(1)
        return go_on.wait(60)

    looked = Health({"hung": hang, "well": lambda: True})
    for _ in range(3):
        assert looked.look() == {"hung": False, "well": True}
    assert asked == [1]
    go_on.set()
    looked._asked["hung"].result(60)
    monkeypatch.setattr(health, "PATIENCE", 30)
    assert looked.look() == {"hung": True, "well": True}


def test_a_part_whose_check_fails_is_down() -> None:
    def broken() -> bool:
        raise RuntimeError("a bug")

    assert Health({"broken": broken}).look() == {"broken": False}


def test_who_asks_often_is_given_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def check() -> bool:
        asked.append(1)
        return True

    now = [1000.0]
    monkeypatch.setattr(health, "time", SimpleNamespace(monotonic=lambda: now[0]))
    looked = Health({"part": check})
    for _ in range(100):
        looked.look()
    assert len(asked) == 1
    now[0] += health.FRESH
    assert looked.look() == {"part": True}
    assert len(asked) == 2


@pytest.mark.django_db(transaction=True)
def test_a_database_and_a_blob_store_that_are_away_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert health._database_answers()
    assert health._blobs_answer()

    def no_snapshot() -> None:
        raise Unavailable(DATABASE)

    class NoBlobs:
        def check(self) -> None:
            raise Unavailable(BLOBS)

    monkeypatch.setattr(health, "snapshot", no_snapshot)
    monkeypatch.setattr(health, "blob_store", NoBlobs)
    monkeypatch.setattr(health, "ROOM", 2**80)
    monkeypatch.setattr(health, "health", lambda: Health(health._parts()))
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert {"database", "blobs", "disk"} <= set(answer.json()["missing"])
    assert Client().get("/livez").json() == {"status": "alive"}


def test_a_disk_on_which_nothing_new_may_be_written_is_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room for deletions, once it was given up, looks free."""
    kept = Reserve(tmp_path / "later" / "reserve")
    monkeypatch.setattr(health, "reserve", lambda: kept)
    assert not health._has_room()
    kept._tried_at = float("-inf")
    (tmp_path / "later").mkdir()
    assert health._has_room()
