"""A mail server of its own for the figures: own data folder, free ports, real processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .host import MIXED, PASSWORD, START_SECONDS, Host, free_port
from .smtp import SmtpClient

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("append", "sender", "taker", "forward", "receiver", "large", "reader", "crowd", *MIXED)


class Server(Host):
    """``manage.py mail``, once or several times, in a temporary data folder.

    ``database_url`` names an empty PostgreSQL database; without it SQLite is used.
    """

    command = "mail"  # of manage.py

    def __init__(self, processes: int = 1, database_url: str = "") -> None:
        super().__init__()
        self._count = processes
        self._folder = tempfile.TemporaryDirectory(prefix="lemonade-bench-")
        self.data = Path(self._folder.name)
        self.imaps_port = free_port()
        self.submission_port = free_port()
        self.web_port = free_port()
        self.next_host_port = free_port()
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lemonade_server.project.settings",
            "LEMONADE_DATA": str(self.data),
            "LEMONADE_DATABASE_URL": database_url,
            "LEMONADE_BLOB_URL": "",
            "LEMONADE_REDIS_URL": "",
            "LEMONADE_HOST": self.host,
            "LEMONADE_IMAP_PORT": str(self.imap_port),
            "LEMONADE_IMAPS_PORT": str(self.imaps_port),
            "LEMONADE_SUBMISSION_PORT": str(self.submission_port),
            "LEMONADE_SUBMISSIONS_PORT": str(free_port()),
            "LEMONADE_SMTP_PORT": str(free_port()),
            "LEMONADE_LMTP_PORT": str(self.lmtp_port),
            "LEMONADE_SIEVE_PORT": str(free_port()),
            "LEMONADE_WEB_PORT": str(self.web_port),
            "LEMONADE_RELAY_URL": f"smtp://{self.host}:{self.next_host_port}",
        }
        self.manage("migrate", "--verbosity=0")
        self.manage("domain", "add", "lemonade.test")
        rows = [f"{self.address(name)},{PASSWORD}\n" for name in NAMES]
        accounts = self.data / "accounts.csv"
        accounts.write_text("email,password\n" + "".join(rows))
        self.manage("account", "import", str(accounts))
        self._start()

    def manage(self, *words: str) -> None:
        """Run a command beside the server. It must succeed."""
        self.run("manage.py", *words)

    def run(self, *words: str) -> None:
        """Run ``python WORDS`` with the server's settings. It must succeed."""
        subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def _start(self) -> None:
        self._log = (self.data / "mail.log").open("ab")
        before = self._ready()
        self._mail = [
            subprocess.Popen(
                [sys.executable, "manage.py", self.command],
                cwd=ROOT,
                env=self._environment,
                stdout=self._log,
                stderr=self._log,
            )
            for _ in range(self._count)
        ]
        try:
            self._await_greeting()
            self._await_all(before + self._count)
        except BaseException:
            self._stop()
            raise

    def _ready(self) -> int:
        """How many processes have said that they are."""
        return (self.data / "mail.log").read_bytes().count(b"mail server ready")

    def _await_all(self, count: int) -> None:
        """Or the first one would have all the clients. Raises RuntimeError."""
        deadline = time.monotonic() + START_SECONDS
        while self._ready() < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"not all started within {START_SECONDS:.0f} s")
            time.sleep(0.05)

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Let a Celery worker pass on what is for other hosts."""
        words = ["celery", "-A", "lemonade_server.project", "--quiet", "worker", "-P", "threads"]
        process = subprocess.Popen(
            [sys.executable, "-m", *words, "-c", "32", "--without-gossip", "--without-mingle"],
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)

    def restart(self) -> None:
        """Stop the process and start a new one on the same data and ports."""
        self._stop()
        self._start()

    def smtp(self, name: str) -> SmtpClient:
        """A logged-in submission connection."""
        return SmtpClient(self.host, self.submission_port, self.address(name), PASSWORD)

    def _roots(self) -> Iterable[int]:
        return [process.pid for process in self._mail]

    def stored(self) -> int:
        """Octets in use: pages of the database (its log written back first) and blobs.

        Free pages don't count, nor does the log, whose file is reused. For a server at rest.
        """
        with closing(sqlite3.connect(self.data / "lemonade.sqlite3")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            count, free, size = (
                int(database.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_count", "freelist_count", "page_size")
            )
        blobs = (self.data / "blobs").rglob("*")
        return (count - free) * size + sum(path.stat().st_size for path in blobs if path.is_file())

    def _stop(self) -> None:
        for process in self._mail:
            process.terminate()
        for process in self._mail:
            process.wait(30)
        self._log.close()

    def close(self) -> None:
        self._stop()
        self._folder.cleanup()
