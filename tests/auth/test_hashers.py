"""Hashes: how many are made at a time on a machine, and how much memory they need."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import argon2
import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from lemonade_server.auth.passwords import hashers
from lemonade_server.auth.passwords.memory_bound import MemoryBound

pytestmark = pytest.mark.usefixtures("real_passwords")

HOLD = """
import sys
from pathlib import Path
from lemonade_server.auth.passwords.memory_bound import MemoryBound
with MemoryBound(Path(sys.argv[1]), 2).hold():
    print("held", flush=True)
    sys.stdin.readline()
print("free", flush=True)
"""


def test_the_memory_of_all_hashes_together_is_known() -> None:
    parameters = argon2.extract_parameters(make_password("x").removeprefix("argon2"))
    assert (parameters.memory_cost, parameters.parallelism) == (hashers.MEMORY, 1)
    assert parameters.type is argon2.low_level.Type.ID
    assert hashers.AT_ONCE * hashers.MEMORY * 1024 <= 80 * 2**20


def test_no_more_than_that_are_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    most = now = 0
    guard = threading.Lock()
    original = argon2.low_level.hash_secret

    def counted(*args: object, **options: object) -> bytes:
        nonlocal most, now
        with guard:
            now += 1
            most = max(most, now)
        try:
            return original(*args, **options)  # type: ignore[arg-type]
        finally:
            with guard:
                now -= 1

    monkeypatch.setattr(argon2.low_level, "hash_secret", counted)
    threads = [threading.Thread(target=make_password, args=("x",)) for _ in range(25)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 1 <= most <= hashers.AT_ONCE


def test_places_are_shared_by_processes_and_free_when_one_dies(tmp_path: Path) -> None:
    def holder() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    first, second = holder(), holder()
    for each in (first, second):
        assert each.stdout is not None and each.stdout.readline() == "held\n"
    got = threading.Event()

    def third() -> None:
        with MemoryBound(tmp_path, 2).hold():
            got.set()

    thread = threading.Thread(target=third)
    thread.start()
    assert not got.wait(0.3)
    # It waits for one of the two; both are let go of, one by death.
    first.kill()
    second.communicate("\n", timeout=60)
    assert got.wait(60)
    thread.join()
    first.wait()
    for pipe in (first.stdin, first.stdout):
        assert pipe is not None
        pipe.close()


def test_where_no_file_can_be_made_hashes_still_are(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    held = False
    with MemoryBound(tmp_path / "file" / "folder", 1).hold():
        held = True
    assert held
    assert not (tmp_path / "file").is_dir()


def test_a_hash_of_other_parameters_is_right_and_outdated() -> None:
    older = argon2.PasswordHasher(time_cost=2, memory_cost=65_536, parallelism=8).hash("x")
    encoded = "argon2" + older
    assert check_password("x", encoded) and not check_password("y", encoded)
    assert identify_hasher(encoded).must_update(encoded)
    assert not identify_hasher(make_password("x")).must_update(make_password("x"))
