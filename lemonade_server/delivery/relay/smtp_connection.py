"""The connection to another mail host, which can neither keep us waiting for ever nor flood us."""

from __future__ import annotations

import smtplib
import socket
import ssl
from time import monotonic

from .host_verification import tls_context
from .hosts import Host, addresses

CONNECT_SECONDS = 30.0
REPLY_SECONDS = 300.0
"""How long one reply may take, to its last octet (RFC 5321 §4.5.3.2)."""

FINAL_REPLY_SECONDS = 600.0
"""How long the reply to the end of a message may take (RFC 5321 §4.5.3.2.6)."""

CONVERSATION_SECONDS = 1800.0
SLOWEST = 4096
"""Octets a second: so much longer may a conversation last that carries a large message."""

LONGEST_REPLY = 65_536


class SmtpConnection(smtplib.SMTP):
    """``smtplib`` with limits. All waiting ends at a time; SMTPServerDisconnected says why.

    Nothing is connected before ``connect``. ``requiretls``: the host is one for REQUIRETLS.
    """

    requiretls = False

    def __init__(self, host: Host, own_name: str) -> None:
        super().__init__(local_hostname=own_name, timeout=CONNECT_SECONDS)
        self.host_name = host.name
        # The name that its certificate must have, and by which it chooses one.
        self._host = host.proof.base if host.proof is not None else host.name
        self._tls: ssl.SSLContext | None = tls_context(host) if host.implicit_tls else None
        self.command_encoding = "utf-8"  # addresses of SMTPUTF8; others are ASCII anyway
        self.begin(0)

    def begin(self, size: int) -> None:
        """Give the next message, of so many octets, its time."""
        self._ends = monotonic() + CONVERSATION_SECONDS + size / SLOWEST
        self.patience = REPLY_SECONDS

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = _open_socket(host, port, timeout)
        if self._tls is None:
            return plain
        return self._tls.wrap_socket(plain, server_hostname=host)

    def send(self, s: str | bytes | bytearray) -> None:  # type: ignore[override]
        """Raises SMTPServerDisconnected, also when the peer does not take it."""
        self._wait_until(monotonic() + REPLY_SECONDS)
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Code and text, lines joined by LF. Raises SMTPServerDisconnected for what is no reply."""
        try:
            return self._reply(monotonic() + self.patience)
        except TimeoutError:
            trouble = "there was no reply in time"
        except OSError as error:
            trouble = str(error) or type(error).__name__
        self.close()
        raise smtplib.SMTPServerDisconnected(trouble)

    def _reply(self, until: float) -> tuple[int, bytes]:
        texts: list[bytes] = []
        size = 0
        while True:
            line = self._line(until)
            size += len(line)
            if not line[:3].isdigit() or not 200 <= int(line[:3]) < 600 or line[3:4].isalnum():
                raise ConnectionError(f"that is no reply: {line[:40]!r}")
            if size > LONGEST_REPLY:
                raise ConnectionError("the reply is too long")
            texts.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(texts)

    def _line(self, until: float) -> bytes:
        """A line, of which each piece is waited for only until then."""
        assert self.sock is not None
        if self.file is None:
            self.file = self.sock.makefile("rb")
        line = b""
        while not line.endswith(b"\n"):
            self._wait_until(until)
            ahead: bytes = self.file.peek(1)
            if not ahead:
                raise ConnectionError("the connection was closed")
            line += self.file.read(ahead.find(b"\n") + 1 or len(ahead))
            if len(line) > LONGEST_REPLY:
                raise ConnectionError("the reply is too long")
        return line

    def _wait_until(self, until: float) -> None:
        left = min(until, self._ends) - monotonic()
        if left <= 0:
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(left)

    def hang_up(self) -> None:
        """QUIT without waiting for a reply: the work is done or lost, nothing depends on it."""
        self._ends = monotonic() + 1
        try:
            self.putcmd("QUIT")
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self.close()


def _open_socket(host: str, port: int, timeout: float) -> socket.socket:
    """A connection to one of the host's addresses. Raises OSError, NoHost."""
    failure: OSError = OSError("no address")
    for address in addresses(host):
        try:
            connected = socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
            continue
        # The end of a message must not wait until its octets are acknowledged.
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected
    raise failure
