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
    """Calls back while the socket of an idle connection is readable.

    Only who holds the connection's lock adds, reads or removes it, so that nothing is missed.
    """

    def __init__(self, tidy: Callable[[], None]) -> None:
        super().__init__(name="webmail-idle", daemon=True)
        self._tidy = tidy
        self._selector = selectors.DefaultSelector()
        self._guard = threading.Lock()
        self._bell, self._ring = socket.socketpair()
        self._bell.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._owners: dict[int, LemonadeClient] = {}  # by descriptor
        self._stopped = False

    def add(self, client: LemonadeClient, heard: Callable[[], None]) -> None:
        """Watch ``client`` until ``remove``. ``heard`` must read what came, or remove it."""
        with self._guard:
            descriptor = client.descriptor
            self._forget(client)
            if self._owners.pop(descriptor, None):  # a closed socket's number, used again
                self._unregister(descriptor)
            self._selector.register(descriptor, selectors.EVENT_READ, heard)
            self._owners[descriptor] = client
        self._ring.send(b"x")

    def remove(self, client: LemonadeClient) -> None:
        """Stop watching ``client``; no harm when it is not watched."""
        with self._guard:
            self._forget(client)

    def _forget(self, client: LemonadeClient) -> None:
        for descriptor, owner in list(self._owners.items()):
            if owner is client:
                del self._owners[descriptor]
                self._unregister(descriptor)

    def _unregister(self, descriptor: int) -> None:
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
                self._call(key.data)
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
