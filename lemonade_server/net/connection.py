"""A connection between a peer and a session: octets in through a framer, replies out.

The transport's callbacks feed a sans-IO framer; one task a connection pulls events from it. Replies
are collected, joined, and written when the session is about to wait; it waits for the peer only
when the transport says that its buffer is full.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Final, cast

from .deflate import BrokenStream, Deflater, Inflating
from .framing import Early, Framer
from .tls import ServerContext
from .tls_transport import start_server_tls

WRITE_TIMEOUT = 120.0  # seconds a peer may leave a full buffer unread
LINGER = 10.0  # seconds that the last octets get to leave after close()
HANDSHAKE_TIMEOUT = 20.0
HIGH_WATER = 262_144  # octets unsent before a session has to wait
FLUSH_AT = 65_536  # octets of replies that are not kept for longer
HOLD = 0.2  # seconds that replies are kept while more commands are there already
QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)  # Linux has it
BACKLOG = 262_144  # octets received and not asked for before reading stops


WAITED = 3.0
"""Seconds after which one that closes has waited for an answer."""


class PeerGone(ConnectionError):
    """The peer closed the connection, broke it, or stopped reading."""


class Shutdown(Exception):
    """The server stops: the session should say good-bye. Raised only between two events."""


class Poke(Enum):
    """What ``event`` returns when somebody called ``poke``."""

    POKED = 1


POKED: Final = Poke.POKED


SessionRun = Callable[["Connection"], Awaitable[None]]


class Connection(asyncio.Protocol):
    """One peer. ``framer`` is set by the session and may be exchanged between two events.

    ``peer`` is the address without port; ``octets_in`` and ``octets_out`` count what the session
    read and wrote, before TLS. ``deadline`` (loop time) ends ``event`` however busy the peer is.
    ``hurry`` acknowledges each packet at once: set it while a literal comes in, for clients send
    its end apart and then wait for the acknowledgement (Nagle) that TCP would delay by 40 ms.
    """

    __slots__ = (
        "_at_once",
        "_backlog",
        "_deflater",
        "_end",
        "_eof",
        "_fed_at",
        "_gave_up",
        "_inflating",
        "_kept_since",
        "_linger",
        "_loop",
        "_out",
        "_paused",
        "_poked",
        "_reading",
        "_timer",
        "_transport",
        "_waiter",
        "_writable",
        "deadline",
        "framer",
        "hurry",
        "is_tls",
        "octets_in",
        "octets_out",
        "peer",
        "unsent",
    )

    def __init__(self, is_tls: bool = False) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._linger: asyncio.TimerHandle | None = None
        self._out: list[bytes] = []
        self._eof = self._paused = self._poked = self.hurry = self._gave_up = False
        self._end: Exception | None = None
        self._at_once = False
        self._reading = True
        self._backlog = 0
        self._kept_since = self._fed_at = self._loop.time()
        self.unsent = self.octets_in = self.octets_out = 0
        self.framer: Framer = Early()
        self._deflater: Deflater | None = None
        self._inflating: Inflating | None = None
        self.is_tls = is_tls
        self.peer = ""
        self.deadline: float | None = None

    # -- callbacks of the transport -----------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=HIGH_WATER)
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]) if isinstance(name, tuple) else ""

    def begin(self, framer: Framer) -> None:
        """Give the connection its first framer, with what has come already."""
        early, self.framer = self.framer, framer
        if isinstance(early, Early):
            for data in early.kept:
                framer.feed(data)

    def data_received(self, data: bytes) -> None:
        self.octets_in += len(data)
        if self.hurry and QUICK_ACK is not None and self._transport is not None:
            peer: socket.socket = self._transport.get_extra_info("socket")
            peer.setsockopt(socket.IPPROTO_TCP, QUICK_ACK, 1)
        self._backlog += len(data)
        self._fed_at = self._loop.time()
        self.framer.feed(data)
        if self._backlog > BACKLOG and self._waiter is None and self._reading:
            self._reading = False
            self._open_transport().pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._note_end()
        self._wake()
        return not self.is_tls  # TLS can't be half open

    def connection_lost(self, exc: Exception | None) -> None:
        self._note_end()
        self._transport = None
        if self._linger is not None:
            self._linger.cancel()
        self._wake()
        self._let_write()

    def _note_end(self) -> None:
        if not self._eof:
            self._eof = True
            self._gave_up = self._loop.time() - self._fed_at >= WAITED

    def must_wait(self) -> None:
        """Raises PeerGone when the peer waited for its answer and has given up: what it asked for
        is not to be done behind its back, for it will ask again. From any thread.

        One that closes right behind its last octet never meant to wait.
        """
        if self._gave_up:
            raise PeerGone("the peer has given up")

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._let_write()

    # -- reading ------------------------------------------------------------------------

    async def event(self, timeout: float, *, pokable: bool = False) -> object | None:
        """The next event of the framer; None when the peer closed.

        Sends what is collected before it waits. ``timeout`` seconds without an octet raise
        TimeoutError. With ``pokable``, returns POKED when ``poke`` was called meanwhile.
        Raises Shutdown, PeerGone, and what was given to ``end``.
        """
        while True:
            if self._at_once and self._end is not None:
                raise self._end
            try:
                event = self.framer.next()
            except BrokenStream as error:
                raise PeerGone("the compressed stream is broken") from error
            if event is not None:
                return event
            if self._inflating is not None and self._inflating.waiting:
                await asyncio.sleep(0)
                continue
            self._backlog = 0
            if self._eof:
                return None
            await self.flush()
            if self._end is not None:
                raise self._end
            if pokable and self._poked:
                self._poked = False
                return POKED
            if self._backlog == 0:
                await self._wait(timeout, pokable)

    async def _wait(self, timeout: float, pokable: bool) -> None:
        """Wait for octets, end of stream or a poke."""
        if not self._reading and self._transport is not None:
            self._reading = True
            self._transport.resume_reading()
        now = self._loop.time()
        due = now + timeout if self.deadline is None else min(now + timeout, self.deadline)
        self._waiter = self._loop.create_future()
        self._poked = self._poked and pokable
        self._timer = self._loop.call_at(due, self._expire)
        try:
            await self._waiter
        finally:
            self._timer.cancel()
            self._waiter = self._timer = None
            self._kept_since = self._loop.time()

    def _expire(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(TimeoutError())

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def poke(self) -> None:
        """Make a pokable ``event`` return. Call it from the loop's own thread."""
        self._poked = True
        self._wake()

    def shut_down(self) -> None:
        """Ask the session to end after the command that it is working on."""
        self.end(Shutdown())

    def end(self, reason: Exception, *, at_once: bool = False) -> None:
        """Make ``event`` raise ``reason`` instead of waiting. From the loop's own thread.

        ``at_once``: also when the peer has sent more; the command at work sends nothing more than
        waits for the next ``flush``, which raises PeerGone.
        """
        self._end = reason
        self._at_once = self._at_once or at_once
        self._wake()

    # -- writing ------------------------------------------------------------------------

    def write(self, *parts: bytes) -> None:
        """Collect octets; they leave at the next ``flush`` or ``event``."""
        self._out += parts
        self.unsent += sum(map(len, parts))

    @property
    def overdue(self) -> bool:
        """Whether to ``flush`` before the next command, though it is there already.

        A peer that has gone is noticed by that, too: the rest of its commands is not worked on.
        """
        if self.unsent >= FLUSH_AT:
            return True
        return self.unsent > 0 and self._loop.time() - self._kept_since > HOLD

    async def flush(self) -> None:
        """Hand over what is collected; wait only while the transport's buffer is full.

        Raises PeerGone when the peer is gone or does not read for WRITE_TIMEOUT, and when this was
        ended at once.
        """
        if self._at_once:
            raise PeerGone("ended in the middle of a command")
        self._push()
        if not self._paused:
            return
        self._writable = self._loop.create_future()
        timer = self._loop.call_later(WRITE_TIMEOUT, self.abort)
        try:
            await self._writable
        finally:
            timer.cancel()
            self._writable = None
        self._open_transport()

    def _push(self) -> None:
        if not self._out:
            return
        data = b"".join(self._out) if self._deflater is None else self._deflater.pack(self._out)
        self._out.clear()
        self.unsent = 0
        self._kept_since = self._loop.time()
        self.octets_out += len(data)
        self._open_transport().write(data)

    def _let_write(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)

    def _open_transport(self) -> asyncio.Transport:
        if self._transport is None or self._transport.is_closing():
            raise PeerGone("the peer is gone")
        return self._transport

    # -- compression ----------------------------------------------------------------------

    @property
    def is_compressed(self) -> bool:
        """Whether both directions are compressed."""
        return self._deflater is not None

    def compress(self, received: bytes) -> None:
        """Send what is collected and compress from here on, both ways (RFC 4978 §3).

        ``received`` came behind the request: it is compressed already.
        """
        self._push()
        self._deflater = Deflater()
        self.framer = self._inflating = Inflating(self.framer)
        self._inflating.feed(received)

    def stop_compressing(self) -> None:
        """Send what is collected, and go on as before ``compress``. Raises PeerGone."""
        self._push()
        self._deflater = None
        if self._inflating is not None:
            try:
                self.framer = self._inflating.finish()
            except BrokenStream as error:
                raise PeerGone(str(error)) from error
            self._inflating = None

    # -- TLS and the end ----------------------------------------------------------------

    async def start_tls(self, context: ssl.SSLContext, framer: Framer) -> None:
        """Send what is collected and go on under TLS with a fresh framer.

        Whatever was read ahead in the clear is dropped with the old framer, so that nobody can
        inject a command before the handshake (RFC 3207 §6). Raises PeerGone.
        """
        plain = self._open_transport()
        plain.pause_reading()
        self._reading = True
        await self.flush()
        self.framer = framer
        self._backlog = 0
        self.is_tls = True  # an end may come together with that of the handshake
        try:
            transport = await start_server_tls(plain, self, context, HANDSHAKE_TIMEOUT)
        except OSError as error:
            raise PeerGone(f"TLS handshake failed: {error}") from error
        self._transport = transport
        self._transport.set_write_buffer_limits(high=HIGH_WATER)

    def channel_binding(self, kind: str) -> bytes | None:
        """What ties a login to this TLS connection (RFC 5929), None where there is nothing."""
        tls = self._transport.get_extra_info("ssl_object") if self._transport else None
        if tls is None:
            return None
        if kind == "tls-server-end-point" and isinstance(tls.context, ServerContext):
            return tls.context.end_point or None
        if kind == "tls-unique" and tls.version() == "TLSv1.2":  # TLS 1.3 has none
            unique: bytes | None = tls.get_channel_binding(kind)
            return unique
        return None

    @property
    def is_loopback(self) -> bool:
        """Whether the peer is on this machine."""
        try:
            return ipaddress.ip_address(self.peer.partition("%")[0]).is_loopback
        except ValueError:
            return False

    def close(self) -> None:
        """Send what is collected and close; give up after LINGER seconds."""
        if self._transport is None or self._transport.is_closing():
            return
        self._push()
        self._linger = self._loop.call_later(LINGER, self.abort)
        self._transport.close()

    def abort(self) -> None:
        """Close at once, dropping what was not sent."""
        self._out.clear()
        if self._transport is not None:
            self._transport.abort()
