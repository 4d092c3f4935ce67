"""PostgreSQL and Redis as Debian installs them, each a server of the tests' own on a free port."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

START_SECONDS = 60.0


def _free_port() -> int:
    from .mailserver import free_ports

    return free_ports(1)[0]


class Postgres:
    """One cluster in a folder of its own. ``url`` names its database ``lemonade``."""

    def __init__(self, programs: Path, folder: Path, user: str) -> None:
        self._programs, self._folder, self._user = programs, folder, user
        self._port = _free_port()
        self.url = f"postgresql://lemonade@127.0.0.1:{self._port}/lemonade"

    def run(self, program: str, *words: str, stdin: bytes = b"") -> bytes:
        """One of PostgreSQL's own programs; what it printed. It must succeed."""
        command = [str(self._programs / program), *words]
        if os.geteuid() == 0:  # it refuses to be root
            command = ["setpriv", f"--reuid={self._user}", "--clear-groups", *command]
        with tempfile.TemporaryFile() as output:  # a server that is started keeps it open
            done = subprocess.run(
                command, cwd="/", input=stdin, stdout=output, stderr=subprocess.STDOUT, timeout=120
            )
            output.seek(0)
            said = output.read()
        assert done.returncode == 0, f"{command}: {said!r}"
        return said

    def create(self) -> None:
        data = str(self._folder / "data")
        self.run("initdb", "-D", data, "-U", "lemonade", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()
        self.run("createdb", *self.address, "lemonade")

    @property
    def address(self) -> list[str]:
        """How its programs find it."""
        return ["-h", "127.0.0.1", "-p", str(self._port), "-U", "lemonade"]

    def start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = str(self._folder / "log")
        self.run(
            "pg_ctl", "-D", str(self._folder / "data"), "-w", "-l", log, "-o", options, "start"
        )

    def stop(self) -> None:
        """At once, as a power cut does."""
        self.run("pg_ctl", "-D", str(self._folder / "data"), "-w", "-m", "immediate", "stop")

    def is_up(self) -> bool:
        return (self._folder / "data" / "postmaster.pid").exists()


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running cluster; the test is skipped where none is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if not found or shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="lemonade-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    server = Postgres(found[-1].parent, folder, user)
    try:
        server.create()
        yield server
    finally:
        if server.is_up():
            server.stop()
        shutil.rmtree(folder)


class Redis:
    """A server that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", "",
             "--dir", str(self._folder), "--logfile", str(self._folder / "log")],
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=5):
                    return
            except OSError:
                assert time.monotonic() < deadline and self._process.poll() is None
                time.sleep(0.02)

    def stop(self) -> None:
        """At once."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def redis_server() -> Iterator[Redis]:
    """A running server; the test is skipped where none is installed."""
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed")
    with tempfile.TemporaryDirectory(prefix="lemonade-redis-") as folder:
        server = Redis(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
