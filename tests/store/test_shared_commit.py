"""Threads that write at the same moment share a commit, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from lemonade_server.models import Domain
from lemonade_server.store import group_commit, shared_commit
from lemonade_server.store.db import Tx
from lemonade_server.store.shared_commit import run_shared
from lemonade_server.store.thread_pool import Job, Outcome

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60.0


def test_what_waits_is_written_at_once_each_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []

    def counted(jobs: list[Job]) -> list[Outcome]:
        groups.append(len(jobs))
        return group_commit.write_group(jobs)

    monkeypatch.setattr(shared_commit, "write_group", counted)
    started, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> str:
        started.set()
        assert go_on.wait(PATIENCE)
        return add(tx, "first.test")

    def add(tx: Tx, name: str) -> str:
        Domain.objects.create(name=name)
        return name

    def wrong(tx: Tx) -> str:
        add(tx, "wrong.test")
        raise KeyError("a bug")

    found: list[Any] = []

    def run(job: Callable[[Tx], str]) -> None:
        try:
            found.append(run_shared(job))
        except KeyError as error:
            found.append(error)
        finally:
            connection.close()

    jobs = [slow, lambda tx: add(tx, "second.test"), wrong, lambda tx: add(tx, "third.test")]
    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    threads[0].start()
    assert started.wait(PATIENCE)
    for thread in threads[1:]:
        thread.start()
    end = time.monotonic() + PATIENCE
    while len(shared_commit._waiting) < 3:
        assert time.monotonic() < end
        time.sleep(0.01)
    go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert groups == [1, 3]
    names = {"first.test", "second.test", "third.test"}
    assert {one for one in found if isinstance(one, str)} == names
    assert [str(one) for one in found if isinstance(one, KeyError)] == ["'a bug'"]
    assert set(Domain.objects.values_list("name", flat=True)) == names
