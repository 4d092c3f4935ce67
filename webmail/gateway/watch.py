"""One thread that watches every idle connection of this process."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable

from .client import LemonadeClient

log = logging.getLogger(__name__)
TIDY_EVERY = 15.0  # seconds


class Watch(threading.Thread):
    """Calls back, once, when the socket of an idle connection becomes readable."""

    def __init__(self, tidy: Callable[[], None]) -> None:
        super().__init__(name="webmail-idle", daemon=True)
        self._tidy = tidy
        self._selector = selectors.DefaultSelector()
        self._guard = threading.Lock()
        self._bell, self._ring = socket.socketpair()
        self._bell.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._known: dict[int, int] = {}  # id of the client: its descriptor
        self._stopped = False

    def add(self, client: LemonadeClient, heard: Callable[[], None]) -> None:
        """Watch ``client`` until ``heard`` is called or ``remove``."""
        with self._guard:
            self._forget(client)
            descriptor = client.descriptor
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(descriptor)  # a closed socket's number, used again
            self._selector.register(descriptor, selectors.EVENT_READ, (client, heard))
            self._known[id(client)] = descriptor
        self._ring.send(b"x")

    def remove(self, client: LemonadeClient) -> None:
        """Stop watching ``client``; no harm when it is not watched."""
        with self._guard:
            self._forget(client)

    def _forget(self, client: LemonadeClient) -> None:
        descriptor = self._known.pop(id(client), None)
        if descriptor is not None:
            with contextlib.suppress(KeyError, ValueError, OSError):
                self._selector.unregister(descriptor)

    def run(self) -> None:
        tidied = time.monotonic()
        while not self._stopped:
            for key, _ in self._selector.select(TIDY_EVERY):
                if key.data is None:
                    with contextlib.suppress(BlockingIOError):
                        self._bell.recv(4096)
                    continue
                client, heard = key.data
                self.remove(client)
                self._call(heard)
            if time.monotonic() - tidied >= TIDY_EVERY:
                tidied = time.monotonic()
                self._call(self._tidy)

    def _call(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception:  # the thread serves every user: it outlives any one's trouble
            log.exception("watching an idle mail connection failed")

    def stop(self) -> None:
        """End the thread; waits for it unless called from it."""
        self._stopped = True
        self._ring.send(b"x")
        if threading.current_thread() is not self:
            self.join(5)
        self._selector.close()
        self._bell.close()
        self._ring.close()
