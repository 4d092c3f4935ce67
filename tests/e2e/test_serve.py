"""``manage.py serve``: what it says, what it restarts, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from .system import System
from .wire import until


def test_everything_is_up(system: System) -> None:
    status, body = system.health()
    assert status == 200
    parts = ("web", "mail", "worker", "scheduler", "sweeps", "database", "blobs", "disk")
    assert body["up"] == dict.fromkeys(parts, True)


def test_there_is_a_process_for_each_duty_and_no_other(system: System) -> None:
    """One for mail on each core, up to a bound; the scheduler is a thread of the worker. Any other
    were memory that nobody else can use.
    """
    cores = min(len(os.sched_getaffinity(0)), 64)
    expected = [f"lemonade: mail-{number}" for number in range(1, cores + 1)]
    expected += ["lemonade: web", "lemonade: worker"]
    assert sorted(map(title, system.children())) == sorted(expected)


def test_ports_and_logins_are_printed(system: System) -> None:
    log = system.log()
    assert f"http://127.0.0.1:{system.ports['web']}/" in log
    assert "alice@lemonade.test" in log
    assert "password is lemonade" in log


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    late = System(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", late.ports["imap"]))
        other.listen()
        answer = late.manage("serve", "--demo")
    assert answer.returncode != 0
    assert f"Port {late.ports['imap']} (IMAP)" in answer.stderr
    assert "LEMONADE_IMAP_PORT" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_demo_stays_on_loopback(tmp_path: Path) -> None:
    answer = System(tmp_path, HOST="0.0.0.0").manage("serve", "--demo")
    assert answer.returncode != 0
    assert "loopback" in answer.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    answer = System(tmp_path, MAIL_WORKERS="many").manage("account", "list")
    assert answer.returncode != 0
    assert "LEMONADE_MAIL_WORKERS is 'many'" in answer.stderr


def test_killed_processes_come_back_and_a_stop_leaves_nothing(tmp_path: Path) -> None:
    own = System(tmp_path)
    own.start()
    children = own.children()
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while set(own.children()) & set(children) or own.health()[0] != 200:
        assert time.monotonic() < deadline, own.log()
        time.sleep(0.1)
    children = own.children()
    assert own.stop(signal.SIGINT) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    before = message_count(own)
    own.start()
    assert own.stop() == 0
    assert message_count(own) == before > 0, "the second start does not load the demo again"


def message_count(system: System) -> int:
    """How many messages are stored."""
    with closing(sqlite3.connect(system.data / "lemonade.sqlite3")) as database:
        (found,) = database.execute("SELECT count(*) FROM message").fetchone()
    return int(found)


@pytest.mark.slow
def test_a_worker_that_stands_still_is_noticed(tmp_path: Path) -> None:
    """Nothing is sent later or again without it, though its process is there."""
    own = System(tmp_path)
    own.start()
    (worker,) = (pid for pid in own.children() if is_worker(pid))
    os.kill(worker, signal.SIGSTOP)
    try:
        until(
            lambda: missing(own) == {"sweeps", "worker", "scheduler"}, "all are said to be down", 60
        )
    finally:
        os.kill(worker, signal.SIGCONT)
    until(lambda: own.health()[0] == 200, "all is up", 60)
    assert own.stop() == 0


def is_worker(pid: int) -> bool:
    return "worker" in title(pid)


def title(pid: int) -> str:
    """What the process calls itself."""
    return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace").rstrip("\0 ")


def missing(system: System) -> set[object]:
    found = system.health()[1].get("missing", [])
    assert isinstance(found, list)
    return set(found)
