"""Listening sockets: one task for each connection, limits, and an orderly stop."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import Any

import structlog

from .connection import HANDSHAKE_TIMEOUT, Connection, PeerGone, SessionRun
from .limits import Limits
from .tls_transport import TlsTransport

log = structlog.get_logger()
QUEUE = 4096  # connections that may wait for accept(), as far as the system allows
AT_ONCE = 64  # connections accepted before others get their turn
PAUSE = 1.0  # seconds without accept() when the system has no more files
REFUSALS = 16  # peers at a time whom TLS is spoken with only to say that they are too many


class Listener:
    """One port with the sessions that came in through it.

    It accepts by itself, so that a peer counts from its first moment: also one that never comes
    to the end of the TLS handshake holds an open file.
    """

    def __init__(
        self,
        session: SessionRun,
        limits: Limits,
        refusal: bytes,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._session = session
        self._limits = limits
        self._refusal = refusal
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._running: dict[asyncio.Task[None], Connection] = {}
        self._greeting: set[asyncio.Task[None]] = set()  # in the TLS handshake, or before it
        self._refused: set[asyncio.Task[None]] = set()
        self._sockets: list[socket.socket] = []

    def serve(self, sockets: list[socket.socket]) -> None:
        """Accept what comes to these, which listen already."""
        self._sockets = sockets
        for each in sockets:
            self._loop.add_reader(each, self._accept, each)

    @property
    def port(self) -> int:
        """The port that was opened, also when any free one was asked for (0)."""
        assert self._sockets, "not listening"
        return int(self._sockets[0].getsockname()[1])

    @property
    def sessions(self) -> int:
        """How many connections are open."""
        return len(self._running)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(AT_ONCE):
            try:
                accepted, address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                log.error("no connection can be accepted", problem=error.strerror)
                self._loop.remove_reader(listening)
                self._loop.call_later(PAUSE, self._accept_again, listening)
                return
            accepted.setblocking(False)
            self._admit(accepted, str(address[0]))

    def _accept_again(self, listening: socket.socket) -> None:
        if listening in self._sockets:
            self._loop.add_reader(listening, self._accept, listening)

    def _admit(self, accepted: socket.socket, peer: str) -> None:
        """Start the session, unless there are too many."""
        connection = Connection(is_tls=self._tls is not None)
        connection.peer = peer
        if self._limits.admit(peer):
            task = self._loop.create_task(self._live(accepted, connection))
            self._running[task] = connection
            self._greeting.add(task)
            task.add_done_callback(self._task_ended)
            return
        log.warning("connection refused", peer=peer, open=self._limits.count)
        if self._tls is None or len(self._refused) >= REFUSALS:
            with suppress(OSError):
                accepted.send(self._refusal if self._tls is None else b"")
            accepted.close()
            return
        task = self._loop.create_task(self._refuse(accepted, connection))
        self._refused.add(task)
        task.add_done_callback(self._refused.discard)

    async def _open(self, accepted: socket.socket, connection: Connection) -> None:
        """Make the connection of an accepted socket, under TLS if need be. Raises PeerGone."""
        try:
            if self._tls is None:
                await self._loop.connect_accepted_socket(lambda: connection, accepted)
                return
            transport = TlsTransport(connection, self._tls)
            await self._loop.connect_accepted_socket(lambda: transport, accepted)
            await transport.handshake(HANDSHAKE_TIMEOUT)
        except OSError as error:
            raise PeerGone(f"gone during the handshake: {error}") from error

    async def _live(self, accepted: socket.socket, connection: Connection) -> None:
        try:
            await self._open(accepted, connection)
            task = asyncio.current_task()
            assert task is not None
            self._greeting.discard(task)
            await self._session(connection)
            connection.close()
        except (PeerGone, TimeoutError):
            connection.abort()

    async def _refuse(self, accepted: socket.socket, connection: Connection) -> None:
        try:
            await self._open(accepted, connection)
            connection.write(self._refusal)
            connection.close()
        except (PeerGone, TimeoutError):
            connection.abort()

    def _task_ended(self, task: asyncio.Task[None]) -> None:
        connection = self._running.pop(task)
        self._greeting.discard(task)
        self._limits.release(connection.peer)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("session ended by a bug", peer=connection.peer, exc_info=error)
            connection.abort()

    async def close(self, grace: float = 5.0) -> None:
        """Stop accepting, let commands in progress end, then cancel what is left."""
        sockets, self._sockets = self._sockets, []
        for each in sockets:
            self._loop.remove_reader(each)
            each.close()
        for task in [*self._refused, *self._greeting]:
            task.cancel()
        for connection in self._running.values():
            connection.shut_down()
        if self._running:
            await asyncio.wait(list(self._running), timeout=grace)
        for task, connection in list(self._running.items()):
            connection.abort()
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running), timeout=grace)


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
    listener = Listener(session, limits or Limits(), refusal, tls)
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    sockets: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            sockets.append(_listening(family, address, reuse_port))
    except OSError:
        for each in sockets:
            each.close()
        raise
    listener.serve(sockets)
    return listener


def _listening(family: int, address: tuple[Any, ...], reuse_port: bool) -> socket.socket:
    """A socket that listens. Raises OSError, which names the address."""
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind(address)
        opened.listen(QUEUE)
        opened.setblocking(False)
    except OSError as error:
        opened.close()
        raise OSError(error.errno, f"can't listen on {address}: {error.strerror}") from None
    return opened
