"""Fifty clients for thirty seconds, each doing at random what mail programs do."""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable

from . import sample_messages
from .figures import Figure, side_by_side, spread
from .host import MIXED, Host
from .imap import Imap
from .listing import SUMMARY

CLIENTS = 50
SECONDS = 30.0
MESSAGES = 500  # in the mailbox of each account; five clients share one
ROWS = 50
NAME = f"mixed load, {CLIENTS} clients on {len(MIXED)} accounts, {SECONDS:.0f} s"

# How often of a hundred.
WEIGHTS = {
    "NOOP": 20, "flags": 15, "summary": 15, "body": 20,
    "STORE": 10, "SEARCH": 5, "APPEND": 10, "COPY": 5,
}  # fmt: skip


def _fill(server: Host) -> None:
    for at, name in enumerate(MIXED):
        imap = server.imap(name)
        imap.command(b"CREATE copies")
        for first in range(at * MESSAGES, (at + 1) * MESSAGES, ROWS):
            parts = [
                sample_messages.sample_message(n, sample_messages.size_of(n))
                for n in range(first, first + ROWS)
            ]
            literals = [b" {%d+}\r\n%s" % (len(part), part) for part in parts]
            imap.command(b"APPEND INBOX" + b"".join(literals))
        imap.close()


def _command(kind: str, dice: random.Random) -> bytes:
    number = dice.randint(1, MESSAGES)
    low = dice.randint(1, MESSAGES - ROWS)
    match kind:
        case "flags":
            return b"FETCH %d:%d (FLAGS)" % (low, low + ROWS - 1)
        case "summary":
            return b"FETCH %d:%d %s" % (low, low + ROWS - 1, SUMMARY)
        case "body":
            return b"FETCH %d BODY.PEEK[]" % number
        case "STORE":
            return b"STORE %d %cFLAGS (\\Flagged)" % (number, dice.choice(b"+-"))
        case "SEARCH":
            return dice.choice([b"SEARCH UNSEEN", b'SEARCH FROM "cleo"', b"SEARCH LARGER 20000"])
        case "APPEND":
            message = sample_messages.sample_message(dice.randrange(10**9), 4000)
            return b"APPEND INBOX {%d+}\r\n%s" % (len(message), message)
        case "COPY":
            return b"COPY %d copies" % number
        case _:
            return b"NOOP"


def run(server: Host) -> list[Figure]:
    _fill(server)
    times: dict[str, list[float]] = defaultdict(list)
    clients = [server.imap(MIXED[n % len(MIXED)]) for n in range(CLIENTS)]
    for imap in clients:
        imap.command(b"SELECT INBOX")
    before, mine = server.cpu_seconds(), time.process_time()
    end = time.perf_counter() + SECONDS
    seconds = side_by_side([_work(imap, n, end, times) for n, imap in enumerate(clients)])
    used, generated = server.cpu_seconds() - before, time.process_time() - mine
    for imap in clients:
        imap.close()
    return _figures(times, seconds, used, generated)


def _work(imap: Imap, number: int, end: float, times: dict[str, list[float]]) -> Callable[[], None]:
    dice = random.Random(number)
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())

    def work() -> None:
        while (start := time.perf_counter()) < end:
            kind = dice.choices(kinds, weights)[0]
            command = _command(kind, dice)
            start = time.perf_counter()
            imap.command(command)
            times[kind].append((time.perf_counter() - start) * 1000)

    return work


def _figures(
    times: dict[str, list[float]], seconds: float, used: float, generated: float
) -> list[Figure]:
    """The generator shares the cores with the server: its part is told too."""
    all_times = [each for kind in times.values() for each in kind]
    figures = [
        Figure(NAME, "commands", len(all_times) / seconds, "/s"),
        *spread(NAME, "all", all_times),
        Figure(NAME, "mean", statistics.fmean(all_times), "ms"),
        Figure(NAME, "server CPU", used, "s"),
        Figure(NAME, "generator CPU", generated, "s"),
        Figure(NAME, "server CPU a command", used / len(all_times) * 1000, "ms"),
    ]
    for kind in WEIGHTS:
        figures += spread(NAME, kind, times[kind])
    return figures
