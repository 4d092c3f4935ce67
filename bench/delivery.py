"""Submission with delivery into a local INBOX, durable before the reply."""

from __future__ import annotations

import time

from . import letters
from .figures import Figure, side_by_side, spread
from .server import PASSWORD, Server
from .smtp import Smtp

MESSAGES = 2000


def _run(server: Server, user: str, recipients: list[str], connections: int) -> list[Figure]:
    label = f"{connections} connection{'s' * (connections > 1)}"
    messages = [letters.letter(50_000 + n, letters.size_of(n)) for n in range(MESSAGES)]
    clients = [
        Smtp(server.host, server.submission_port, user, PASSWORD) for _ in range(connections)
    ]
    times: list[float] = []

    def work(number: int) -> None:
        for message in messages[number::connections]:
            start = time.perf_counter()
            clients[number].submit(user, recipients, message)
            times.append((time.perf_counter() - start) * 1000)

    seconds = side_by_side([lambda n=n: work(n) for n in range(connections)])
    for client in clients:
        client.close()
    return [
        Figure("delivery", f"{label}: messages", MESSAGES / seconds, "/s"),
        *spread("delivery", f"{label}:", times),
    ]


def run(server: Server) -> list[Figure]:
    user, other = server.add_account("sender"), server.add_account("taker")
    return [figure for connections in (1, 8) for figure in _run(server, user, [other], connections)]
