"""A mail server of its own for the figures: own data folder, free ports, real processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct-horse"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """``manage.py mail`` in a temporary data folder."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lemonade-bench-")
        self.data = Path(self._folder.name)
        self.imap_port = free_port()
        self.submission_port = free_port()
        self._environment = {
            **os.environ,
            "LEMONADE_DATA": str(self.data),
            "LEMONADE_HOST": self.host,
            "LEMONADE_IMAP_PORT": str(self.imap_port),
            "LEMONADE_IMAPS_PORT": str(free_port()),
            "LEMONADE_SUBMISSION_PORT": str(self.submission_port),
            "LEMONADE_SUBMISSIONS_PORT": str(free_port()),
        }
        self.manage("migrate", "--verbosity=0")
        self.manage("domain", "add", "lemonade.test")
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "mail"], cwd=ROOT, env=self._environment
        )
        self._await_greeting()

    def manage(self, *words: str, text: str = "") -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self._environment,
            input=text,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def add_account(self, name: str) -> str:
        address = f"{name}@lemonade.test"
        self.manage("account", "add", address, "--password-stdin", text=PASSWORD + "\n")
        return address

    def _await_greeting(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                with socket.create_connection((self.host, self.imap_port), 1) as probe:
                    if probe.recv(4) == b"* OK":
                        return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise RuntimeError("the mail server did not start within 20 s")
            time.sleep(0.05)

    def cpu_seconds(self) -> float:
        """User and system time of the server process so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Proportional set size of the server process, octets."""
        for line in Path(f"/proc/{self._process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        return 0

    def disk(self) -> int:
        """Octets that the data folder takes on disk."""
        return sum(path.stat().st_blocks * 512 for path in self.data.rglob("*") if path.is_file())

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(15)
        self._folder.cleanup()
