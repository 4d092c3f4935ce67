"""Logins per second, and what an idle connection costs in memory."""

from __future__ import annotations

import time

from .figures import Figure, side_by_side, spread
from .imap import Imap
from .server import PASSWORD, Server

SESSIONS = 800
AT_A_TIME = 8
IDLE = 1000


def _logins(server: Server, user: str) -> list[Figure]:
    times: list[float] = []

    def work() -> None:
        for _ in range(SESSIONS // AT_A_TIME):
            start = time.perf_counter()
            imap = Imap(server.host, server.imap_port)
            imap.login(user, PASSWORD)
            imap.command(b"SELECT INBOX")
            imap.command(b"LOGOUT")
            imap.close()
            times.append((time.perf_counter() - start) * 1000)

    seconds = side_by_side([work] * AT_A_TIME)
    name = "logins, 8 at a time"
    return [
        Figure(name, "LOGIN, SELECT, LOGOUT", SESSIONS / seconds, "/s"),
        *spread(name, "session", times),
    ]


def _idle(server: Server, user: str) -> list[Figure]:
    before = server.memory()
    clients = []
    for _ in range(IDLE):
        imap = Imap(server.host, server.imap_port)
        imap.login(user, PASSWORD)
        imap.command(b"SELECT big")
        imap.send(imap.tag() + b" IDLE\r\n")
        imap.line()
        clients.append(imap)
    after = server.memory()
    for imap in clients:
        imap.close()
    name = "1,000 idle connections with 20,000 messages selected"
    return [
        Figure(name, "each", (after - before) / IDLE / 1024, "KiB"),
        Figure(name, "server in all", after / 1_048_576, "MiB"),
        Figure(name, "server at rest", before / 1_048_576, "MiB"),
    ]


def run(server: Server, user: str) -> list[Figure]:
    return _logins(server, user) + _idle(server, user)
