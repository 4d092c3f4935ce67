"""APPEND from one and from eight connections, every message on disk before its OK."""

from __future__ import annotations

import time

from . import letters
from .figures import Figure, side_by_side, spread
from .imap import Imap
from .server import PASSWORD, Server

MESSAGES = 2000


def _append(imap: Imap, message: bytes) -> None:
    tag = imap.tag()
    imap.send(tag + b" APPEND target {%d+}\r\n%s\r\n" % (len(message), message))
    imap.until(tag)


def _run(server: Server, user: str, connections: int) -> list[Figure]:
    label = f"{connections} connection{'s' * (connections > 1)}"
    messages = [letters.letter(n, letters.size_of(n)) for n in range(MESSAGES)]
    times: list[float] = []
    clients = [Imap(server.host, server.imap_port) for _ in range(connections)]
    for client in clients:
        client.login(user, PASSWORD)

    def work(number: int) -> None:
        for message in messages[number::connections]:
            start = time.perf_counter()
            _append(clients[number], message)
            times.append((time.perf_counter() - start) * 1000)

    seconds = side_by_side([lambda n=n: work(n) for n in range(connections)])
    for client in clients:
        client.close()
    return [
        Figure("append", f"{label}: messages", MESSAGES / seconds, "/s"),
        *spread("append", f"{label}:", times),
    ]


def run(server: Server) -> list[Figure]:
    figures: list[Figure] = []
    for connections in (1, 8):
        user = server.add_account(f"append{connections}")
        client = Imap(server.host, server.imap_port)
        client.login(user, PASSWORD)
        client.command(b"CREATE target")
        client.close()
        before = server.cpu_seconds()
        figures += _run(server, user, connections)
        used = server.cpu_seconds() - before
        figures.append(Figure("append", f"{connections}: server CPU", used, "s"))
    return figures
