"""The supervisor with real processes: it restarts, stops in order and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from .processes import ROOT, lives, until

SCRIPT = Path(__file__).with_name("supervised.py")


def grace_for(names: Sequence[str]) -> float:
    """Seconds for a child to end in: few where one never does, else as many as a slow one needs."""
    return 0.5 if any(name.startswith("stubborn") for name in names) else 60.0


class Family:
    def __init__(self, folder: Path, *names: str) -> None:
        self.folder = folder
        self.parent = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(grace_for(names)), str(folder), *names],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
        )
        until(lambda: all((folder / name).exists() for name in names))

    def pid(self, name: str) -> int:
        return int((self.folder / name).read_text(encoding="ascii"))


Start = Callable[..., Family]


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Start]:
    families: list[Family] = []

    def start(*names: str) -> Family:
        families.append(Family(tmp_path, *names))
        return families[-1]

    yield start
    for each in families:
        each.parent.kill()
        each.parent.wait()


def test_a_killed_child_is_started_again(family: Start) -> None:
    members = family("one", "two")
    first, other = members.pid("one"), members.pid("two")
    os.kill(first, signal.SIGKILL)
    until(lambda: members.pid("one") != first)
    assert lives(members.pid("one"))
    assert members.pid("two") == other


def test_stops_in_reverse_order_and_leaves_nothing(family: Start) -> None:
    members = family("one", "two", "three")
    pids = [members.pid(name) for name in ("one", "two", "three")]
    members.parent.send_signal(signal.SIGTERM)
    assert members.parent.wait(60) == 0
    assert (members.folder / "stopped").read_text().split() == ["three", "two", "one"]
    assert not any(lives(pid) for pid in pids)


def test_a_child_that_will_not_stop_is_killed(family: Start) -> None:
    members = family("one", "stubborn")
    pid = members.pid("stubborn")
    members.parent.send_signal(signal.SIGINT)
    assert members.parent.wait(60) == 0
    assert not lives(pid)


def test_children_end_when_the_parent_is_killed(family: Start) -> None:
    members = family("one", "stubborn")
    pids = [members.pid("one"), members.pid("stubborn")]
    members.parent.kill()
    until(lambda: not any(lives(pid) for pid in pids))


def title(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()


def test_each_process_says_what_it_does(family: Start) -> None:
    members = family("one", "two")
    assert title(members.parent.pid) == "lemonade: supervisor"
    assert [title(members.pid(name)) for name in ("one", "two")] == [
        "lemonade: one",
        "lemonade: two",
    ]


def noted(path: Path) -> list[str]:
    """What children have written there so far."""
    return path.read_text(encoding="ascii").split() if path.exists() else []


def test_a_reload_is_passed_on_and_ends_nobody(family: Start) -> None:
    members = family("reloading", "other")
    pids = [members.pid("reloading"), members.pid("other")]
    for pid in (pids[1], members.parent.pid):
        os.kill(pid, signal.SIGHUP)
    until(lambda: noted(members.folder / "reloaded") == ["reloading"])
    assert (members.folder / "parent").exists()
    assert lives(members.parent.pid) and all(map(lives, pids))
    assert [members.pid("reloading"), members.pid("other")] == pids
