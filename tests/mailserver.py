"""A real mail server in a process of its own, on free ports and a temporary data folder."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from . import processes, templates
from .databases import own_database

PASSWORD = "lemonade"
START_SECONDS = 120.0
CALL_SECONDS = 240.0
TAKEN = "Address already in use"
PORTS = ("imap", "imaps", "submission", "submissions", "web", "smtp", "lmtp", "sieve")


WORKERS = 8
"""How many workers have ports of their own. With more of them some share theirs."""


@cache
def _ports_of_this_worker() -> Iterator[int]:
    """All of them again and again, beginning somewhere: another run may be under way.

    Not of those that the system gives to whoever connects somewhere: one of these may be in use
    again before a server listens.
    """
    ports = range(10_000, 32_000)
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = ports[worker % WORKERS :: WORKERS]
    start = random.SystemRandom().randrange(len(own))
    return itertools.cycle([*own[start:], *own[:start]])


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at the moment, and that no other test is given for long: what
    was stopped may be started again at the same one.
    """
    found: list[int] = []
    for port in _ports_of_this_worker():
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("there is an end to what has none")


def manage_in(data: Path, *words: str) -> None:
    """Run a management command over a data folder. It must succeed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LEMONADE_")}
    done = processes.run(["manage.py", *words], {**environment, "LEMONADE_DATA": str(data)})
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"


def make_tables(data: Path) -> None:
    manage_in(data, "migrate", "--verbosity=0", "--skip-checks")


def tables() -> Path:
    """A database in which nothing is but what the migrations make."""
    return next(templates.template("tables", make_tables).glob("*.sqlite3"))


def make_static_files(data: Path) -> None:
    manage_in(data, "collectstatic", "--noinput", "--verbosity=0")


class MailServer:
    """``settings`` are LEMONADE_… variables without the prefix."""

    command: tuple[str, ...] = ("manage.py", "mail")
    ready = "IMAP on "  # what is in the log once the ports are open

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.ports: dict[str, int] = {}
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("LEMONADE_")},
            "DJANGO_SETTINGS_MODULE": "lemonade_server.project.settings",
            "LEMONADE_DATA": str(data),
            "LEMONADE_MAIL_WORKERS": "1",  # unless the test is about several
            "LEMONADE_DMARC": "off",  # no test asks the name servers of the world
            "LEMONADE_DATABASE_URL": own_database(os.environ.get("LEMONADE_DATABASE_URL", "")),
            **{f"LEMONADE_{name}": value for name, value in settings.items()},
        }
        self._choose_ports()
        self._numbers = itertools.count(1)
        self._server: processes.Process | None = None
        self._inside: processes.Process | None = None
        self._lines: TextIO | None = None  # to and from the process inside

    def start(self) -> None:
        """Make the tables, start the server and wait until it greets."""
        if self.environment["LEMONADE_DATABASE_URL"] or any(self.data.glob("*.sqlite3")):
            self.manage("migrate", "--verbosity=0", "--skip-checks")
        else:
            shutil.copy(tables(), self.data)
        if "serve" in self.command:
            static_files = templates.template("static", make_static_files)
            shutil.copytree(static_files / "static", self.data / "static")
        try:
            self.start_server()
        except RuntimeError as error:
            if TAKEN not in str(error):
                raise
            self._choose_ports()
            self.start_server()

    def _choose_ports(self) -> None:
        """Somebody else may have one of them before the server does."""
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        for name, port in self.ports.items():
            self.environment[f"LEMONADE_{name.upper()}_PORT"] = str(port)

    def start_server(self) -> None:
        """Start the server over data that is there already."""
        before = len(self.log())
        with (self.data / "mail.log").open("ab") as log:
            self._server = processes.start(self.command, self.environment, log, log)
        deadline = time.monotonic() + START_SECONDS
        while self.ready not in self.log()[before:]:
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.kill_server()
                raise RuntimeError(f"the mail server did not start:\n{self.log()}")
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """The running server's process."""
        assert self._server is not None, "not started"
        return self._server.pid

    def log(self) -> str:
        """What the server has logged."""
        path = self.data / "mail.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def stop_server(self) -> int:
        """Ask the server to stop; its exit status."""
        if self._server is None:
            return 0
        self._server.terminate()
        try:
            return self._server.wait(timeout=60)
        finally:
            self._server = None

    def kill_server(self) -> None:
        """End the server at once, as a crash does."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(60)
            self._server = None

    def stop(self) -> None:
        """Stop everything. What is left must be sound, to the last octet."""
        self.stop_server()
        try:
            wrong = self.call("check", True)
        finally:
            self._leave()
        assert wrong == [], wrong

    def _leave(self) -> None:
        """End the process beside the server."""
        if self._inside is not None and self._lines is not None:
            self._lines.close()
            self._inside.wait(timeout=60)
            self._inside = self._lines = None

    def manage(self, *words: str) -> str:
        """Run a management command beside the server; what it printed. It must succeed."""
        done = processes.run(["manage.py", *words], self.environment)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def call(self, name: str, *args: object) -> Any:
        """Run a function of ``server_side.py``. Raises RuntimeError with its error, and
        TimeoutError where there is no answer.
        """
        if self._lines is None:
            ours, theirs = socket.socketpair()
            ours.settimeout(CALL_SECONDS)
            with ours, theirs:
                words = ("-m", "tests.server_side")
                self._inside = processes.start(words, self.environment, theirs, 2, stdin=theirs)
                self._lines = ours.makefile("rw")
        self._lines.write(json.dumps([name, *args]) + "\n")
        self._lines.flush()
        line = self._lines.readline()
        assert line, f"the process beside the server died: {name} {args}"
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["ok"]

    def add_account(self, name: str = "alice", role: str = "user", domain: str = "") -> str:
        """A fresh account (its address begins with ``name``), password ``lemonade``."""
        email = f"{name}{next(self._numbers)}@{domain or 'lemonade.test'}"
        self.call("add_account", email, PASSWORD, role)
        return email

    def connect(self, port: str = "imap") -> socket.socket:
        """A client's socket; under TLS for the ports that begin with it."""
        plain = socket.create_connection(("127.0.0.1", self.ports[port]), timeout=60)
        if port in ("imaps", "submissions"):
            return self.client_tls().wrap_socket(plain, server_hostname="localhost")
        return plain

    def client_tls(self) -> ssl.SSLContext:
        """A client that trusts the server's own certificate and checks its name."""
        context = ssl.create_default_context()
        context.load_verify_locations(self.data / "tls" / "localhost.pem")
        return context

    def variables(self, *people: str) -> dict[str, str]:
        """What a transcript may refer to: a fresh account for each name and its credentials."""
        names: dict[str, str] = {"host": "localhost", "domain": "lemonade.test"}
        for name in people:
            email = self.add_account(name)
            if name == "limited":
                self.call("set_account", email, {"quota": 10_000, "message_quota": 3})
            bearer = f"n,a={email},\1auth=Bearer {self.call('token', email)}\1\1"
            names[name] = email
            names[f"name_{name}"] = encode(email)
            names[f"user_{name}"] = email.partition("@")[0]
            names[f"url_{name}"] = email.replace("@", "%40")
            names[f"plain_{name}"] = encode(f"\0{email}\0{PASSWORD}")
            names[f"token_{name}"] = encode(bearer)
        names["submit"] = self.add_account("submit", role="submit")
        return names


def encode(text: str) -> str:
    """Base64, as SASL over IMAP and SMTP has it."""
    return base64.b64encode(text.encode()).decode()
