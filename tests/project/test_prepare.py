"""Preparing the data folder, when somebody changes their mind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from .processes import ROOT, lives, until

SCRIPT = """
import os, signal
from lemonade_server.project import prepare

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run behind an "&"

def slowly(demo):
    print(os.getpid(), flush=True)
    signal.pause()

prepare.prepare = slowly
prepare.start_preparing(True)()
print("went on")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_while_preparing_leaves_nothing(number: int) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        if number == signal.SIGINT:  # Ctrl-C reaches both
            os.killpg(parent.pid, number)
        else:
            parent.send_signal(number)
        assert parent.wait(60) != 0
        assert parent.stdout.read() == ""
    until(lambda: not lives(child))


HASTY = """
import os, signal
from lemonade_server.project import prepare

fork = os.fork

def forked():
    pid = fork()
    if pid:
        print(pid, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
    return pid

os.fork = forked
prepare.prepare = lambda demo: signal.pause()
prepare.start_preparing(True)()
print("went on")
"""


def test_a_stop_at_the_moment_of_the_fork_leaves_nothing() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HASTY],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 128 + signal.SIGTERM, ended.stderr
    until(lambda: not lives(int(ended.stdout)))
