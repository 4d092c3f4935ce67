"""A client that sends any octets it likes and reads lines, and what the server costs meanwhile."""

from __future__ import annotations

import base64
import contextlib
import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol

from tests.mailserver import PASSWORD
from tests.peer import PATIENT_TIMEOUT, Peer


class Listens(Protocol):
    """A mail server, or the whole system."""

    def connect(self, port: str = ...) -> socket.socket: ...


class Wire:
    """One connection. ``with`` closes it, however bad its manners were."""

    def __init__(self, server: Listens, port: str = "imap") -> None:
        self._peer = Peer("client", server.connect(port))
        self._peer.socket.settimeout(PATIENT_TIMEOUT)
        self.greeting = self.line()
        self._tag = 0

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._peer.socket.close()

    def send(self, data: bytes) -> None:
        self._peer.socket.sendall(data)

    def line(self) -> bytes:
        """The next line; empty at the end of the connection."""
        return self._peer.line(PATIENT_TIMEOUT) or b""

    def take(self, size: int) -> bytes:
        return self._peer.take(size)

    def set_timeout(self, seconds: float) -> None:
        self._peer.socket.settimeout(seconds)

    # -- IMAP ---------------------------------------------------------------------------

    def login(self, email: str) -> Wire:
        assert self.ask(f"LOGIN {email} {PASSWORD}".encode()).startswith(b"OK")
        return self

    def ask(self, command: bytes) -> bytes:
        """The tagged reply, without its tag; empty when the server closed instead."""
        self._tag += 1
        tag = b"w%d " % self._tag
        self.send(tag + command + b"\r\n")
        return self.reply(tag)

    def reply(self, tag: bytes) -> bytes:
        """The line that begins so, without that beginning; literals on the way are skipped."""
        while line := self.line():
            if line.startswith(tag):
                return line.removeprefix(tag)
            self.take(self._peer.announced)
        return b""

    # -- submission ---------------------------------------------------------------------

    def hello(self, email: str) -> Wire:
        """EHLO and AUTH PLAIN."""
        assert self.say(b"EHLO client.example").startswith(b"250")
        response = base64.b64encode(f"\0{email}\0{PASSWORD}".encode())
        assert self.say(b"AUTH PLAIN " + response).startswith(b"235")
        return self

    def say(self, command: bytes) -> bytes:
        """Send a line; the last line of the reply."""
        self.send(command + b"\r\n")
        return self.answer()

    def answer(self) -> bytes:
        """The last line of the next reply; empty when the server closed."""
        while (line := self.line())[3:4] == b"-":
            pass
        return line


def memory(pid: int) -> int:
    """Octets that a process holds in memory."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def spools(pid: int) -> int:
    """How many messages a process is taking that are too large for its memory."""
    found = 0
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found += "/spool/" in str(path.readlink())
    return found


def until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait for something that must happen soon."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"after {seconds:g} s still not: {what}"
        time.sleep(0.02)
