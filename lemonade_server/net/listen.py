"""Listening sockets: one task for each connection, limits, and an orderly stop."""

from __future__ import annotations

import asyncio
import socket
import ssl

import structlog

from .limits import Limits
from .protocol import HANDSHAKE_TIMEOUT, Connection, PeerGone, SessionRun

log = structlog.get_logger()
QUEUE = 1024  # connections that may wait for accept()


class Listener:
    """One port with the sessions that came in through it."""

    def __init__(self, session: SessionRun, limits: Limits, refusal: bytes, is_tls: bool) -> None:
        self._session = session
        self._limits = limits
        self._refusal = refusal
        self._is_tls = is_tls
        self._running: dict[asyncio.Task[None], Connection] = {}
        self._server: asyncio.Server | None = None

    def serve(self, server: asyncio.Server) -> None:
        """Take over the sockets that were opened for this listener."""
        self._server = server

    @property
    def port(self) -> int:
        """The port that was opened, also when any free one was asked for (0)."""
        assert self._server is not None, "not listening"
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def sessions(self) -> int:
        """How many connections are open."""
        return len(self._running)

    def connection(self) -> Connection:
        """The protocol of a connection that was just accepted."""
        return _Accepted(self, self._is_tls)

    def begin(self, connection: Connection) -> None:
        """Start the session, unless there are too many."""
        if not self._limits.admit(connection.peer):
            log.warning("connection refused", peer=connection.peer, open=self._limits.count)
            connection.write(self._refusal)
            connection.close()
            return
        task = asyncio.get_running_loop().create_task(self._live(connection))
        self._running[task] = connection
        task.add_done_callback(self._ended)

    async def _live(self, connection: Connection) -> None:
        try:
            await self._session(connection)
            connection.close()
        except (PeerGone, TimeoutError):
            connection.abort()

    def _ended(self, task: asyncio.Task[None]) -> None:
        connection = self._running.pop(task)
        self._limits.release(connection.peer)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("session ended by a bug", peer=connection.peer, exc_info=error)
            connection.abort()

    async def close(self, grace: float = 5.0) -> None:
        """Stop accepting, let commands in progress end, then cancel what is left."""
        if self._server is not None:
            self._server.close()
        for connection in self._running.values():
            connection.shut_down()
        if self._running:
            await asyncio.wait(list(self._running), timeout=grace)
        for task, connection in list(self._running.items()):
            connection.abort()
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running), timeout=grace)


class _Accepted(Connection):
    """A connection that reports to its listener once it is up."""

    __slots__ = ("_listener",)

    def __init__(self, listener: Listener, is_tls: bool) -> None:
        super().__init__(is_tls)
        self._listener = listener

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._listener.begin(self)


async def listen(
    host: str,
    port: int,
    session: SessionRun,
    *,
    tls: ssl.SSLContext | None = None,
    limits: Limits | None = None,
    refusal: bytes = b"",
    reuse_port: bool = True,
) -> Listener:
    """Listen on an address. ``tls`` speaks TLS from the first octet (RFC 8314 §3).

    ``reuse_port`` lets several processes share the port, the kernel spreads connections among
    them. ``refusal`` is written to a peer that is one too many. Raises OSError.
    """
    listener = Listener(session, limits or Limits(), refusal, tls is not None)
    server = await asyncio.get_running_loop().create_server(
        listener.connection,
        host,
        port,
        family=socket.AF_UNSPEC,
        ssl=tls,
        ssl_handshake_timeout=HANDSHAKE_TIMEOUT if tls else None,
        backlog=QUEUE,
        reuse_port=reuse_port,
    )
    listener.serve(server)
    return listener
