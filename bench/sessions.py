"""Logins per second, and what an idle connection costs in memory."""

from __future__ import annotations

import time

from .figures import Figure, side_by_side, spread
from .host import PASSWORD, Host
from .imap import Imap
from .server import Server

SESSIONS = 1200
AT_A_TIME = 8
IDLE = 1000


def logins(server: Host) -> list[Figure]:
    times: list[float] = []

    def work() -> None:
        for _ in range(SESSIONS // AT_A_TIME):
            start = time.perf_counter()
            imap = server.imap("reader")
            imap.command(b"SELECT INBOX")
            imap.command(b"LOGOUT")
            imap.close()
            times.append((time.perf_counter() - start) * 1000)

    before = server.cpu_seconds()
    seconds = side_by_side([work] * AT_A_TIME)
    used = server.cpu_seconds() - before
    name = "logins, 8 at a time"
    return [
        Figure(name, "LOGIN, SELECT, LOGOUT", SESSIONS / seconds, "/s"),
        *spread(name, "session", times),
        Figure(name, "server CPU a session", used / SESSIONS * 1000, "ms"),
    ]


def _idle(server: Server, tls: bool) -> list[Figure]:
    """Memory that connections take of a server that has just started: nothing is left to reuse."""
    server.restart()
    warm = [_idler(server, tls) for _ in range(20)]
    before = server.memory()
    clients = [_idler(server, tls) for _ in range(IDLE)]
    after = server.memory()
    for imap in warm + clients:
        imap.close()
    kind = "TLS" if tls else "plain"
    name = f"{IDLE:,} idle connections ({kind}), 20,000 messages selected"
    return [
        Figure(name, "each", (after - before) / IDLE / 1024, "KiB"),
        Figure(name, "server in all, PSS", after / 1_048_576, "MiB"),
        Figure(name, "before them", before / 1_048_576, "MiB"),
    ]


def _idler(server: Server, tls: bool) -> Imap:
    imap = Imap(server.host, server.imaps_port if tls else server.imap_port, tls=tls)
    imap.login(server.address("reader"), PASSWORD)
    imap.command(b"SELECT big")
    imap.send(imap.tag() + b" IDLE\r\n")
    imap.line()
    return imap


def run(server: Server) -> list[Figure]:
    return logins(server) + _idle(server, tls=False) + _idle(server, tls=True)
