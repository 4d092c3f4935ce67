"""A way to a server that can fall silent without closing anything, as a tunnel does to a train."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType


class StallingRelay:
    """Passes octets on between clients and a port of this machine, until it is stalled."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._flows = threading.Event()
        self._flows.set()
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends = False

    def __enter__(self) -> StallingRelay:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends = True
        self.restore()
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def stall(self) -> None:
        """From now on nothing comes through, and nothing is closed."""
        self._flows.clear()

    def restore(self) -> None:
        """All that waited goes through."""
        self._flows.set()

    def _accept(self) -> None:
        while True:
            try:
                client = self._listener.accept()[0]
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self._sockets += (client, server)
            for ends in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while octets := source.recv(65_536):
                self._flows.wait()
                sink.sendall(octets)
            if not self._ends:
                self._flows.wait()
                sink.shutdown(socket.SHUT_WR)
