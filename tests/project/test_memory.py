"""What the processes of ``serve`` have in common is loaded once; what few need, only there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .processes import ROOT

PRELOADED = """
import gc, json, os, sys
import django
django.setup()
from lemonade_server.project.processes import preload
preload()
"""
FACTS = """
opened = [f"/proc/self/fd/{each}" for each in range(3, 100)]
print(json.dumps({
    "modules": sorted(sys.modules),
    "frozen": gc.get_freeze_count(),
    "threads": len(os.listdir("/proc/self/task")),
    "files": [os.readlink(each) for each in opened if os.path.lexists(each)],
}))
"""
WORKER = """
from celery.signals import worker_ready
from lemonade_server.project.worker import run_worker
before = set(sys.modules)

def tell(**_):
    loaded = sorted(set(sys.modules) - before)
    print(json.dumps({"loaded": loaded}), file=sys.__stdout__, flush=True)
    os._exit(0)

worker_ready.connect(tell, weak=False)
run_worker()
"""
ENDING = """
import signal, sys
import django
django.setup()
from lemonade_server.project import worker

class Broken:
    def start(self):
        raise ValueError("no schedule")

signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
step = worker.SchedulerStep(None)
step._service = Broken()
step._run()
signal.pause()
"""
GIVEN_BACK = """
import os, threading
from lemonade_server.project import memory

def held():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

pieces = [bytearray(2_000) for _ in range(50_000)]
last = bytearray(2_000)
del pieces
freed, before = threading.Event(), held()
give_back = memory.give_back

def give_and_tell():
    give_back()
    freed.set()

memory.give_back, memory.PERIOD = give_and_tell, 0.01
memory.give_back_at_rest()
assert freed.wait(30), "it never came to rest"
assert held() < before - 50_000_000, (before, held())
"""
FEW_NEED = (
    "IPython",
    "PIL",
    "docx",
    "lemonade_server.demo.load",
    "lemonade_server.transfer",
    "openpyxl",
    "pptx",
    "prompt_toolkit",
    "pygments",
)
"""Decoders, demo, transfer, and the shell of Celery's command line."""


def run(script: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={
            **os.environ,
            "LEMONADE_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "lemonade_server.project.settings",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of the process that the others are forked from."""
    done = run(PRELOADED + FACTS, tmp_path_factory.mktemp("data"))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", FEW_NEED)
def test_what_few_need_is_not_loaded(facts: dict[str, Any], name: str) -> None:
    assert [each for each in facts["modules"] if each == name or each.startswith(name + ".")] == []


def test_what_is_loaded_is_shared(facts: dict[str, Any]) -> None:
    """A look for garbage passes over it, and so doesn't write on it."""
    assert facts["frozen"] > 100_000


def test_what_is_forked_has_nothing_that_forks_may_not_share(facts: dict[str, Any]) -> None:
    assert facts["threads"] == 1
    assert [each for each in facts["files"] if "socket" in each or "sqlite" in each] == []


def test_a_worker_finds_all_that_it_needs(tmp_path: Path) -> None:
    done = run(PRELOADED + WORKER, tmp_path)
    assert json.loads(done.stdout)["loaded"] == [], done.stderr


def test_a_worker_whose_scheduler_fails_ends(tmp_path: Path) -> None:
    """So that its supervisor starts both again."""
    done = run(ENDING, tmp_path)
    assert done.returncode == 7, done.stderr
    assert "scheduler_ended" in done.stdout + done.stderr


def test_what_was_freed_goes_back_when_the_process_rests(tmp_path: Path) -> None:
    done = run(GIVEN_BACK, tmp_path)
    assert done.returncode == 0, done.stderr
