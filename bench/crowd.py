"""NOTIFY: one delivery, of which a thousand resting clients are told."""

from __future__ import annotations

import selectors
import statistics
import time

from . import sample_messages
from .figures import Figure
from .imap import Imap
from .server import Server

CLIENTS = 1000
DELIVERIES = 5
NAME = f"NOTIFY, {CLIENTS:,} idle clients of one account, one delivery"


def run(server: Server) -> list[Figure]:
    clients = [_listener(server) for _ in range(CLIENTS)]
    before = server.memory()
    lmtp = server.lmtp()
    firsts: list[float] = []
    lasts: list[float] = []
    used: list[float] = []
    with selectors.DefaultSelector() as selector:
        for imap in clients:
            selector.register(imap.socket, selectors.EVENT_READ, imap)
        for number in range(DELIVERIES):
            cpu, start = server.cpu_seconds(), time.perf_counter()
            message = sample_messages.sample_message(900_000_000 + number, 4000)
            lmtp.submit("", [server.address("crowd")], message)
            told = _arrival_times(selector, start)
            firsts.append(told[0])
            lasts.append(told[-1])
            used.append((server.cpu_seconds() - cpu) * 1000)
    lmtp.close()
    for imap in clients:
        imap.close()
    return [
        Figure(NAME, "the first is told after", statistics.median(firsts), "ms"),
        Figure(NAME, "the last is told after", statistics.median(lasts), "ms"),
        Figure(NAME, "server CPU", statistics.median(used), "ms"),
        Figure(NAME, "server in all, PSS", before / 1_048_576, "MiB"),
    ]


def _listener(server: Server) -> Imap:
    imap = server.imap("crowd")
    imap.command(b"NOTIFY SET (INBOXES (MessageNew MessageExpunge))")
    return imap


def _arrival_times(selector: selectors.BaseSelector, start: float) -> list[float]:
    """When each client had its STATUS response, milliseconds after the message was handed over."""
    waiting = {key.fd for key in selector.get_map().values()}
    times: list[float] = []
    while waiting:
        ready = selector.select(30)
        if not ready:
            raise RuntimeError(f"{len(waiting)} clients were not told within 30 s")
        for key, _ in ready:
            key.data.line()
            if key.fd in waiting:
                waiting.discard(key.fd)
                times.append((time.perf_counter() - start) * 1000)
    return times
