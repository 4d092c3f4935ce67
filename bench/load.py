"""Messages handed in over several connections at once."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from . import sample_messages
from .figures import Figure, side_by_side, spread
from .host import Host

MESSAGES = 2000
SECONDS = 2.0
_numbers = itertools.count(1_000_000, MESSAGES)


class Closable(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=Closable)
D = TypeVar("D")


def fresh() -> list[bytes]:
    """Messages of 2 to 60 KB that the server has never seen: it stores equal octets once."""
    first = next(_numbers)
    return [
        sample_messages.sample_message(first + n, sample_messages.size_of(n))
        for n in range(MESSAGES)
    ]


def supply(author: str) -> list[bytes]:
    """As many as nobody sends in ``SECONDS``; none is like any message of before."""
    return sample_messages.variants(MESSAGES, next(_numbers), author)


def hand_in(
    server: Host,
    name: str,
    label: str,
    clients: Sequence[C],
    send: Callable[[C, list[bytes]], None],
    batch: int = 1,
) -> list[Figure]:
    """Let each client send its share, ``batch`` messages at once; close the clients."""
    messages = fresh()
    batches = [messages[at : at + batch] for at in range(0, MESSAGES, batch)]
    times: list[float] = []

    def work(number: int) -> None:
        for group in batches[number :: len(clients)]:
            start = time.perf_counter()
            send(clients[number], group)
            times.append((time.perf_counter() - start) * 1000)

    before = server.cpu_seconds()
    seconds = side_by_side([lambda n=n: work(n) for n in range(len(clients))])  # type: ignore[misc]
    used = server.cpu_seconds() - before
    for client in clients:
        client.close()
    return [
        Figure(name, f"{label}: messages", MESSAGES / seconds, "/s"),
        Figure(name, f"{label}: octets", sum(map(len, messages)) / seconds / 1e6, "MB/s"),
        *spread(name, f"{label}:", times),
        Figure(name, f"{label}: server CPU a message", used / MESSAGES * 1000, "ms"),
    ]


def for_a_while(
    name: str, label: str, clients: Sequence[C], send: Callable[[C, D], object], supply: Sequence[D]
) -> list[Figure]:
    """Let the clients send one after the other until ``SECONDS`` are over; close the clients."""
    times: list[float] = []
    end = time.perf_counter() + SECONDS

    def work(number: int) -> None:
        for one in supply[number :: len(clients)]:
            start = time.perf_counter()
            if start > end:
                break
            send(clients[number], one)
            times.append((time.perf_counter() - start) * 1000)

    seconds = side_by_side([lambda n=n: work(n) for n in range(len(clients))])  # type: ignore[misc]
    for client in clients:
        client.close()
    return [
        Figure(name, f"{label}: messages", len(times) / seconds, "/s"),
        *spread(name, f"{label}:", times),
    ]
