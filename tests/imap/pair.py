"""Two mail processes on the same ports and data, as ``manage.py serve`` runs them."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.mailserver import START_SECONDS, MailServer

WORKERS = 2
_SOCKET = re.compile(r"socket:\[(\d+)\]")


class Face(Protocol):
    """What a client connects to: a server, or one process of it."""

    def connect(self) -> socket.socket:
        """A new connection."""


class Pair(MailServer):
    """Everything that ``serve`` starts, with two mail processes (LEMONADE_MAIL_WORKERS)."""

    command = ("manage.py", "serve")
    ready = "mail server ready"

    def __init__(self, data: Path) -> None:
        super().__init__(data, MAIL_WORKERS=str(WORKERS))

    def start_server(self) -> None:
        before = self.log().count(self.ready)
        super().start_server()
        deadline = time.monotonic() + START_SECONDS
        while self.log().count(self.ready) < before + WORKERS:
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def processes(self) -> list[int]:
        """Those of the mail processes, lowest number first: who listens on the port of IMAP."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()
        listening = _inodes(self.ports["imap"], 0)
        return sorted(pid for pid in map(int, children) if listening & _open(pid))

    def faces(self) -> tuple[Face, ...]:
        """One for each mail process."""
        return tuple(One(self, pid) for pid in self.processes())


@dataclass(frozen=True, slots=True)
class One:
    """One process of several on a port."""

    server: MailServer
    pid: int

    def connect(self) -> socket.socket:
        """The kernel spreads connections: make them until this process has one."""
        while True:
            link = self.server.connect()
            if serves(self.pid, link):
                return link
            link.close()


def serves(pid: int, link: socket.socket) -> bool:
    """Whether the other end of a connection on this machine is that process's."""
    deadline = time.monotonic() + START_SECONDS
    here, there = link.getsockname()[1], link.getpeername()[1]
    while not (ends := _inodes(there, here) - {0}):
        assert time.monotonic() < deadline, "nobody takes the connection"
        time.sleep(0.001)
    return not ends.isdisjoint(_open(pid))


def _inodes(local: int, remote: int) -> set[int]:
    """Of the TCP sockets with these ports; 0 for one that nobody has accepted yet."""
    found = set()
    for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
        words = line.split()
        ports = [int(words[at].rpartition(":")[2], 16) for at in (1, 2)]
        if ports == [local, remote]:
            found.add(int(words[9]))
    return found


def _open(pid: int) -> set[int]:
    """The sockets of a process."""
    found = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            name = _SOCKET.fullmatch(str(each.readlink()))
        except OSError:  # closed meanwhile
            continue
        if name is not None:
            found.add(int(name[1]))
    return found
