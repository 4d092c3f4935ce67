"""Tests, fixtures and ends that hang: the run ends all the same, and says where they stood."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .processes import ROOT

LIMIT, GRACE = 1, 2

CONFTEST = """
from tests import distribution, limits

pytest_addoption = limits.add_option
pytest_configure = limits.begin

def pytest_xdist_make_scheduler(config, log):
    return distribution.Distribution(config, log)
"""

EASY = "def test_easy(): pass\n"

STUCK = """
import signal
import threading

import pytest

def hang():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})  # as in what never comes back
    threading.Event().wait()

@pytest.fixture(scope="module")
def system():
    yield
    hang()

def test_before(): pass
def test_after(): pass
"""

WAITING_TEST = (
    STUCK
    + """
def test_that_waits():
    threading.Event().wait()
"""
)

STUCK_TEST = (
    STUCK
    + """
def test_that_hangs():
    hang()
"""
)

STUCK_TEARDOWN = (
    STUCK
    + """
def test_that_hangs(system):
    assert False, "so pytest takes its limits away"
"""
)

STUCK_FINISH = (
    STUCK
    + """
def test_that_hangs(request):
    request.config.add_cleanup(hang)
"""
)

STUCK_THREAD = (
    STUCK
    + """
def test_that_hangs():
    threading.Thread(target=hang).start()
"""
)


def run(folder: Path, test: str, *options: str) -> tuple[int, str]:
    """The exit status of a run of these tests, and what it says."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(test)
    (folder / "test_first.py").write_text(EASY)
    (folder / "test_last.py").write_text(EASY)
    (folder / "pytest.ini").write_text(
        f"[pytest]\ntimeout={LIMIT}\ntimeout_method=signal\nhang_grace={GRACE}\npythonpath={ROOT}\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:django", "-p", "no:hypothesispytest",
         "-p", "no:cacheprovider", f"--basetemp={folder}-temporary", *options, str(folder)],
        cwd=folder, timeout=120, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_test_that_waits_fails_and_the_others_run(tmp_path: Path) -> None:
    status, said = run(tmp_path, WAITING_TEST)
    assert status == 1, said
    assert "1 failed, 4 passed" in said
    assert "Timeout (>1.0s)" in said and ">       threading.Event().wait()" in said


@pytest.mark.parametrize(
    ("test", "outcome"),
    [(STUCK_TEST, "1 failed, 4 passed"), (STUCK_TEARDOWN, "2 failed, 4 passed")],
)
def test_a_worker_that_is_stuck_is_replaced(test: str, outcome: str, tmp_path: Path) -> None:
    status, said = run(tmp_path, test, "-n1")
    assert status == 1, said
    assert outcome in said
    assert "in hang" in said and "crashed while running 'test_it.py::test_that_hangs'" in said


@pytest.mark.parametrize("test", [STUCK_TEARDOWN, STUCK_FINISH, STUCK_THREAD])
def test_an_end_that_is_stuck_is_the_end(test: str, tmp_path: Path) -> None:
    status, said = run(tmp_path, test)
    assert status == 1, said
    assert f"Timeout (0:00:0{GRACE})!" in said and "in hang" in said
