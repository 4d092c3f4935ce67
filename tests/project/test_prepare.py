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
        assert parent.wait(10) != 0
        assert parent.stdout.read() == ""
    until(lambda: not lives(child))
