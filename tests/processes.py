"""Processes of the product that tests start: forked from one that has loaded it already."""

from __future__ import annotations

import atexit
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
OF_THE_INTERPRETER = ("PYTHON", "LD_", "LC_", "LANG", "TZ", "MALLOC_")
"""Variables that a process reads before it runs any of our code."""

SECONDS = 120.0
"""How long a fork server is waited for, which may still be loading the product."""


class Forked:
    """A process from the fork server. It has the face of ``subprocess.Popen``."""

    def __init__(self, pid: int, fate: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._fate = fate

    def poll(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises subprocess.TimeoutExpired after so many seconds."""
        if self.returncode is None:
            self._fate.settimeout(timeout)
            try:
                status = self._fate.recv(4)
            except (BlockingIOError, TimeoutError):
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0) from None
            assert status, f"the fork server died before process {self.pid}"
            self._fate.close()
            self.returncode = int.from_bytes(status, signed=True)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Nothing when it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The connection to one. A process of tests needs no more than one.

    Raises TimeoutError where it does not answer, AssertionError where it has died.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(SECONDS)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.fork_server", str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        atexit.register(self.end)

    def end(self) -> None:
        """Stop it, and what it has forked and is not stopped yet."""
        atexit.unregister(self.end)
        self._control.close()
        try:
            self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:  # somebody else has our end of the connection
            self._process.kill()
            raise

    def fork(self, words: Sequence[str], environment: dict[str, str], files: list[int]) -> Forked:
        """A process with these numbers as standard input, output and error."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        mask = os.umask(0o077)
        os.umask(mask)
        packet = json.dumps([list(words), environment, str(ROOT), mask]).encode()
        ours.settimeout(SECONDS)
        with theirs, self._lock:
            socket.send_fds(self._control, [packet], [*files, theirs.fileno()])
        pid = ours.recv(4)
        assert pid, "the fork server died"
        return Forked(int.from_bytes(pid), ours)


_fork_server = cache(ForkServer)

Process = Forked | subprocess.Popen[bytes]
File = int | socket.socket | IO[bytes]
"""A file's number, or what has one."""


def start(
    words: Sequence[str],
    environment: dict[str, str],
    stdout: File,
    stderr: File,
    stdin: File | None = None,
    cold: bool = False,
) -> Process:
    """Start ``python WORDS`` in the project's folder.

    By a new interpreter if it shall be a ``cold`` start, as users make it, or if the environment
    has something to say to the interpreter.
    """
    with open(os.devnull, "rb") as nothing:
        files = [nothing if stdin is None else stdin, stdout, stderr]
        numbers = [each if isinstance(each, int) else each.fileno() for each in files]
        if cold or _of_the_interpreter(environment) != _of_the_interpreter(os.environ):
            return subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=environment,
                stdin=numbers[0], stdout=numbers[1], stderr=numbers[2],
            )  # fmt: skip
        return _fork_server().fork(words, environment, numbers)


def run(
    words: Sequence[str],
    environment: dict[str, str],
    stdin: str = "",
    timeout: float = 300.0,
    cold: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run ``python WORDS`` to its end; nothing is checked. Raises subprocess.TimeoutExpired."""
    with TemporaryFile() as given, TemporaryFile() as output, TemporaryFile() as errors:
        given.write(stdin.encode())
        given.seek(0)
        process = start(words, environment, output, errors, given, cold)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(list(words), status, _text(output), _text(errors))


def _text(file: IO[bytes]) -> str:
    """All of it, with line ends as a text file has them."""
    file.seek(0)
    return io.TextIOWrapper(io.BytesIO(file.read()), encoding="utf-8").read()


def _of_the_interpreter(environment: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if k.startswith(OF_THE_INTERPRETER)}
