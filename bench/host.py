"""A mail server under measurement: ours, or a peer."""

from __future__ import annotations

import os
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path

from .imap import Imap
from .smtp import SmtpClient

PASSWORD = "correct-horse"
MIXED = tuple(f"mixed{number}" for number in range(10))
START_SECONDS = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Host(ABC):
    """What the workloads need of a server: its ports, and what it uses of the machine."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.imap_port = free_port()
        self.lmtp_port = free_port()

    @staticmethod
    def address(name: str) -> str:
        """The e-mail address of an account."""
        return f"{name}@lemonade.test"

    def imap(self, name: str) -> Imap:
        """A logged-in IMAP connection."""
        imap = Imap(self.host, self.imap_port)
        imap.login(self.address(name), PASSWORD)
        return imap

    def lmtp(self) -> SmtpClient:
        """An LMTP connection."""
        return SmtpClient(self.host, self.lmtp_port)

    def cpu_seconds(self) -> float:
        """User and system time so far, of all its processes and of those that have ended."""
        ticks = sum(sum(map(int, _stat(pid)[11:15])) for pid in self._processes())
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Proportional set size of all its processes, octets."""
        return sum(_proportional(pid) for pid in self._processes())

    @abstractmethod
    def restart(self) -> None:
        """Stop it and start it anew on the same data and ports."""

    @abstractmethod
    def close(self) -> None:
        """Stop it and remove its data."""

    @abstractmethod
    def _roots(self) -> Iterable[int]:
        """The processes that were started; what they have started is counted with them."""

    def _processes(self) -> list[int]:
        parents = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdigit()}
        children: dict[int, list[int]] = {}
        for pid in parents:
            if fields := _stat(pid):
                children.setdefault(int(fields[1]), []).append(pid)
        found = list(self._roots())
        for pid in found:
            found += children.get(pid, [])
        return found

    def _await_greeting(self) -> None:
        """Raises RuntimeError when nobody answers."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with socket.create_connection((self.host, self.imap_port), 1) as probe:
                    if probe.recv(4) == b"* OK":
                        return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise RuntimeError(f"the mail server did not start within {START_SECONDS:.0f} s")
            time.sleep(0.05)


def _stat(pid: int) -> list[str]:
    """The fields of a process after its name; none when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
