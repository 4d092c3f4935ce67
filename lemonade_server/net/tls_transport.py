"""TLS between a plain transport and a protocol, made for very many connections that are idle.

The TLS of event loops keeps a buffer for each connection, and lets OpenSSL's memory streams grow
with what is sent. Here a connection has no buffer of its own, and its streams never hold more than
a slice: what a peer that is idle costs is OpenSSL's own state.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import Any, cast

SLICE = 8_192  # octets that are encrypted or decrypted at a time
RECORD = 16_384  # octets of a TLS record at most (RFC 8446 §5.1)
BUSY = 0.1  # seconds in which a server that is late itself reads what has come meanwhile
PATIENCE = 3  # times that a peer which says something may use up the timeout


class TlsTransport(asyncio.Transport, asyncio.Protocol):
    """The server's side of one TLS connection.

    To the plain transport below it is the protocol, to ``app`` the transport. ``app`` is told
    that the connection is made when the handshake is done, unless it knows the connection already
    (``is_new``).
    """

    __slots__ = (
        "_app",
        "_broken",
        "_closing",
        "_ended",
        "_failure",
        "_heard",
        "_incoming",
        "_is_new",
        "_open",
        "_opened",
        "_outgoing",
        "_peer_ended",
        "_plain",
        "_ssl",
        "_timer",
    )

    def __init__(
        self, app: asyncio.Protocol, context: ssl.SSLContext, *, is_new: bool = True
    ) -> None:
        self._app = app
        self._is_new = is_new
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._ssl = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._plain: asyncio.Transport | None = None
        self._open = self._closing = self._broken = False
        self._ended = self._peer_ended = False
        self._heard = 0
        self._failure: Exception | None = None
        self._opened: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    # -- handshake ----------------------------------------------------------------------

    async def handshake(self, timeout: float) -> None:
        """Wait until it is done. A peer may be silent for ``timeout`` seconds.

        Raises OSError (ssl.SSLError and TimeoutError are such) when it fails; the connection is
        closed then.
        """
        if self._open:
            return
        if self._failure is not None:
            raise self._failure
        loop = asyncio.get_running_loop()
        self._opened = loop.create_future()
        rounds = PATIENCE

        def expire() -> None:
            # Of a peer that comes among thousands the answer may lie there, unread.
            self._timer = loop.call_later(BUSY, look_again, self._heard)

        def look_again(heard: int) -> None:
            nonlocal rounds
            rounds -= 1
            if self._heard == heard or not rounds:
                self._fail(TimeoutError("the TLS handshake took too long"))
                self.abort()
            else:
                self._timer = loop.call_later(timeout, expire)

        self._timer = loop.call_later(timeout, expire)
        try:
            await self._opened
        except BaseException:
            self.abort()
            raise
        finally:
            self._timer.cancel()
            self._opened = self._timer = None

    def _shake(self) -> None:
        """Go on with the handshake, as far as what has come allows."""
        try:
            self._ssl.do_handshake()
        except ssl.SSLWantReadError:
            return
        except (ssl.SSLError, ssl.CertificateError) as error:
            self._send()  # the alert
            self._fail(error)
            self._close_plain()
            return
        self._open = True
        self._send()
        if self._is_new:
            self._app.connection_made(self)
        if self._opened is not None and not self._opened.done():
            self._opened.set_result(None)

    def _fail(self, error: Exception) -> None:
        self._closing = True
        self._failure = self._failure or error
        if self._opened is not None and not self._opened.done():
            self._opened.set_exception(error)

    # -- what the plain transport tells --------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._plain = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._heard += 1
        octets = memoryview(data)
        parts: list[bytes] = []
        for start in range(0, len(octets), SLICE):
            self._incoming.write(octets[start : start + SLICE])
            if not self._open and not self._closing:
                self._shake()
            if self._open:
                self._decrypt(parts)
        self._send()
        if parts and not self._closing:
            self._app.data_received(parts[0] if len(parts) == 1 else b"".join(parts))
        if self._broken:
            self._closing = True
            self._close_plain()
        elif self._ended and not self._peer_ended:
            self._note_end()

    def _decrypt(self, parts: list[bytes]) -> None:
        """Take what has come whole."""
        try:
            while part := self._ssl.read(RECORD):
                parts.append(part)
            self._ended = True
        except ssl.SSLWantReadError:
            return
        except ssl.SSLZeroReturnError:
            self._ended = True
        except ssl.SSLError:  # the alert is among what TLS has to say
            self._broken = True

    def _note_end(self) -> None:
        """The peer sends nothing more."""
        self._peer_ended = True
        if self._closing:
            self._close_plain()
        elif not self._app.eof_received():
            self.close()

    def eof_received(self) -> bool:
        if self._open and not self._peer_ended:
            self._peer_ended = True
            if not self._closing:
                self._app.eof_received()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._plain = None
        if self._open:
            self._app.connection_lost(exc)
        self._fail(exc or ConnectionResetError("closed during the TLS handshake"))

    def pause_writing(self) -> None:
        if self._open:
            self._app.pause_writing()

    def resume_writing(self) -> None:
        if self._open:
            self._app.resume_writing()

    # -- what the protocol asks for ------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._closing or self._plain is None:
            return
        octets = memoryview(data)
        sealed: list[bytes] = []
        for start in range(0, len(octets), SLICE):
            self._ssl.write(octets[start : start + SLICE])
            sealed.append(self._outgoing.read())
        if sealed:
            self._plain.write(sealed[0] if len(sealed) == 1 else b"".join(sealed))

    def _send(self) -> None:
        """What TLS itself has to say."""
        if self._outgoing.pending and self._plain is not None:
            self._plain.write(self._outgoing.read())

    def close(self) -> None:
        """Say that nothing more comes (RFC 8446 §6.1), and close when the peer says so too.

        To close before would reset the connection while the peer still reads.
        """
        if self._closing:
            return
        self._closing = True
        if self._plain is None:
            return
        with suppress(ssl.SSLError):  # it waits for the peer's word, or for the handshake
            self._ssl.unwrap()
        self._send()
        if self._peer_ended or not self._open:
            self._close_plain()
        elif not self._plain.is_closing():
            self._plain.write_eof()

    def _close_plain(self) -> None:
        if self._plain is not None:
            self._plain.close()

    def abort(self) -> None:
        self._closing = True
        if self._plain is not None:
            self._plain.abort()

    def is_closing(self) -> bool:
        return self._closing or self._plain is None or self._plain.is_closing()

    def pause_reading(self) -> None:
        if self._plain is not None:
            self._plain.pause_reading()

    def resume_reading(self) -> None:
        if self._plain is not None:
            self._plain.resume_reading()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        if self._plain is not None:
            self._plain.set_write_buffer_limits(high, low)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "ssl_object":
            return self._ssl
        return default if self._plain is None else self._plain.get_extra_info(name, default)


async def start_server_tls(
    plain: asyncio.Transport, app: asyncio.Protocol, context: ssl.SSLContext, timeout: float
) -> TlsTransport:
    """Go on under TLS on a connection that ``app`` has, whose reading is paused.

    Raises OSError as ``TlsTransport.handshake`` does.
    """
    transport = TlsTransport(app, context, is_new=False)
    transport.connection_made(plain)
    plain.set_protocol(transport)
    plain.resume_reading()
    await transport.handshake(timeout)
    return transport
