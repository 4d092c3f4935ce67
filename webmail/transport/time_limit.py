"""How long the mail servers are waited for: a server that hangs is said so, soon.

A request may wait for ``LIMIT`` seconds in all for something that does not come. Each answer that
is complete shows that the server lives, and the time begins anew; octets that flow at ``RATE`` are
waited for, those that trickle are not.
"""

from __future__ import annotations

import contextlib
import io
import socket
import time
from collections.abc import Iterator
from contextvars import ContextVar

LIMIT = 6.0  # seconds that somebody who looks at a page waits
SHORT = 2.5  # seconds for what answers at once or is lost: leaving IDLE, saying goodbye
UNHURRIED = 60.0  # seconds where nobody waits: a worker
RATE = 8_000  # octets in a second; slower links than that are none
BLOCK = 16_384  # octets that are sent under one time limit
LEAST = 0.01  # seconds; 0 would mean not to wait at all


class Budget:
    """What is left of a request's time for waiting."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.until = 0.0
        self.renew()

    def renew(self) -> None:
        """The server has answered: it lives."""
        self.until = time.monotonic() + self.seconds


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextlib.contextmanager
def limit_waiting(seconds: float = 0) -> Iterator[None]:
    """Whoever waits inside waits for ``LIMIT`` seconds (or so many) at most, not one a server."""
    token = _budget.set(Budget(seconds or LIMIT))
    try:
        yield
    finally:
        _budget.reset(token)


def seconds_left() -> float:
    """Seconds that may be waited now."""
    budget = _budget.get()
    return UNHURRIED if budget is None else budget.until - time.monotonic()


def renew() -> None:
    """The server has answered."""
    budget = _budget.get()
    if budget is not None:
        budget.renew()


class Clock:
    """The time limit of one connection's command; it counts what the socket carries."""

    def __init__(self) -> None:
        self.octets = 0  # both ways
        self.until = 0.0
        self.carried = 0  # when the command began
        self.begin()

    def begin(self, most: float = UNHURRIED) -> None:
        """A command is sent, or an answer awaited, for ``most`` seconds."""
        self.until = time.monotonic() + min(most, seconds_left())
        self.carried = self.octets

    def arm(self, sock: socket.socket) -> None:
        """Let ``sock`` wait for what is left. Raises TimeoutError when nothing is."""
        if sock.gettimeout() == 0:
            return  # only looked at
        flowed = (self.octets - self.carried) / RATE
        seconds = self.until + flowed - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the server did not answer in time")
        sock.settimeout(max(seconds, LEAST))

    def connect(self, host: str, port: int) -> socket.socket:
        """A socket to the first address of ``host`` that answers. Raises OSError."""
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        trouble: OSError = TimeoutError("the server did not answer in time")
        for position, (family, kind, protocol, _, place) in enumerate(places):
            sock = socket.socket(family, kind, protocol)
            share = (self.until - time.monotonic()) / (len(places) - position)
            try:
                sock.settimeout(max(share, LEAST))
                sock.connect(place)
            except OSError as error:
                sock.close()
                trouble = error
            else:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
        raise trouble

    def send(self, sock: socket.socket, data: bytes) -> None:
        """All of it. Raises OSError."""
        for start in range(0, len(data), BLOCK):
            self.arm(sock)
            block = data[start : start + BLOCK]
            sock.sendall(block)
            self.octets += len(block)

    def reader(self, sock: socket.socket) -> io.BufferedReader:
        """What ``sock`` receives, under the time limit."""
        return io.BufferedReader(_Incoming(self, sock))


class _Incoming(io.RawIOBase):
    """Octets out of a socket; closing it leaves the socket alone."""

    def __init__(self, clock: Clock, sock: socket.socket) -> None:
        self._clock = clock
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        self._clock.arm(self._sock)
        try:
            count = self._sock.recv_into(buffer)
        except BlockingIOError:
            return None
        self._clock.octets += count
        return count
