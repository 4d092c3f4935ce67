"""Processes of tests are like those that users start, whatever they were forked from."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from . import processes
from .mailserver import tables

SETTINGS_READ_AT_IMPORT = """
import sys
from django.conf import LazySettings
read = LazySettings.__getattr__
def noted(self, name):
    caller = sys._getframe(1)
    file = caller.f_code.co_filename
    if caller.f_code.co_name == "<module>" and ("/lemonade_server/" in file or "/webmail/" in file):
        print(file, name)
    return read(self, name)
LazySettings.__getattr__ = noted
from tests import fork_server
fork_server.load()
"""


def environment(data: Path, **settings: str) -> dict[str, str]:
    found = {k: v for k, v in os.environ.items() if not k.startswith("LEMONADE_")}
    return {**found, "LEMONADE_DATA": str(data)} | {
        f"LEMONADE_{name}": value for name, value in settings.items()
    }


def run_cold(words: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """As ``processes.run``, by an interpreter of its own."""
    return processes.run(words, variables, cold=True)


@pytest.mark.parametrize(
    "words",
    [["domain", "list"], ["account", "delete", "nobody@lemonade.test"], ["account"], ["nonsense"]],
    ids=" ".join,
)
def test_a_command_does_what_it_does_by_itself(words: list[str], tmp_path: Path) -> None:
    shutil.copy(tables(), tmp_path)
    variables = environment(tmp_path)
    forked = processes.run(["manage.py", *words], variables)
    cold = run_cold(["manage.py", *words], variables)
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        cold.returncode, cold.stdout, cold.stderr,
    )  # fmt: skip


def test_settings_are_those_of_its_environment(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); from django.conf import settings as s; "
        "from django.db import connection; import gc; "
        "print(s.LEMONADE.imap_port, connection.settings_dict['NAME'], s.STATIC_ROOT, "
        "s.WEBMAIL_IMAP, gc.isenabled())"
    )
    first, second = tmp_path / "first", tmp_path / "second"
    for data, port in ((first, "21601"), (second, "21602")):
        said = processes.run(["-c", code], environment(data, IMAP_PORT=port)).stdout
        assert said == (
            f"{port} {data}/lemonade.sqlite3 {data}/static ('127.0.0.1', {port}) True\n"
        )
    refused = processes.run(["manage.py", "check"], environment(first, IMAP_PORT="x"))
    assert refused.returncode == 1
    assert refused.stderr.startswith("LEMONADE_IMAP_PORT is 'x'")


def test_no_module_reads_a_setting_when_it_is_imported(tmp_path: Path) -> None:
    """Otherwise it would keep that of the fork server, or of whoever imports it first."""
    done = run_cold(["-c", SETTINGS_READ_AT_IMPORT], environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ""


def test_signals_and_exit_codes(tmp_path: Path) -> None:
    def start(code: str) -> processes.Process:
        with (tmp_path / "said").open("wb") as said:
            return processes.start(["-c", code], environment(tmp_path), said, said)

    assert start("import sys; sys.exit(300)").wait(60) == 300 & 0xFF
    assert start("raise SystemExit('no')").wait(60) == 1
    assert start("1 / 0").wait(60) == 1
    assert "ZeroDivisionError" in (tmp_path / "said").read_text()
    assert start("import os; os.kill(os.getpid(), 9)").wait(60) == -signal.SIGKILL
    sleeper = start("import threading; threading.Event().wait(60)")
    assert sleeper.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        sleeper.wait(0.01)
    sleeper.terminate()
    assert sleeper.wait(60) == -signal.SIGTERM
    sleeper.terminate()  # nothing is there any more
    # Ignored where the tests themselves run behind an "&".
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    interrupted = start("import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)")
    assert interrupted.wait(60) == 0
    assert (tmp_path / "said").read_text() == f"{ignored}\n"


def test_what_is_read_and_written(tmp_path: Path) -> None:
    code = (
        "import sys; text = sys.stdin.read(); print(text * 2, end=''); print(text, file=sys.stderr)"
    )
    done = processes.run(["-c", code], environment(tmp_path), "ä" * 100_000)
    assert done.stdout == "ä" * 200_000 and done.stderr == "ä" * 100_000 + "\n"


def test_new_files_have_the_rights_that_they_have_for_who_starts_it(tmp_path: Path) -> None:
    code = "import os; mask = os.umask(0); print(oct(mask))"
    before = os.umask(0o027)
    try:
        assert processes.run(["-c", code], environment(tmp_path)).stdout == "0o27\n"
    finally:
        os.umask(before)


def test_nothing_is_left_when_the_tests_end(tmp_path: Path) -> None:
    """Not even what a test that failed did not stop; and no process holds files of another."""
    said = tmp_path / "said"
    code = "import os, sys; print(len(os.listdir('/proc/self/fd')), flush=True); sys.stdin.read()"
    own = processes.ForkServer()
    ours, silence = socket.socketpair()
    with said.open("wb") as output, ours, silence:
        files = [silence.fileno(), output.fileno(), 2]
        left = [own.fork(["-c", code], environment(tmp_path), files) for _ in range(2)]
        until = time.monotonic() + 60
        while said.read_text().count("\n") < 2:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert len(set(said.read_text().split())) == 1
        own.end()
        assert [each.wait(60) for each in left] == [-signal.SIGTERM] * 2
