"""A plain blocking IMAP client that counts octets and round trips."""

from __future__ import annotations

import re
import socket
import ssl
from functools import lru_cache

LITERAL = re.compile(rb"\{(\d+)\}\r\n$")


@lru_cache(maxsize=1)
def _trusting() -> ssl.SSLContext:
    """TLS without a look at the certificate: it is our own server's, on this machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class ProtocolTrouble(RuntimeError):
    """The server answered something the workload did not expect."""


class Imap:
    """One connection. A round trip is a wait for an answer after something was sent."""

    def __init__(self, host: str, port: int, tls: bool = False) -> None:
        self._socket = socket.create_connection((host, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._socket = _trusting().wrap_socket(self._socket)
        self._buffer = bytearray()
        self._tag = 0
        self.received = 0
        self.sent = 0
        self.round_trips = 0
        try:
            self.line()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._socket.close()

    @property
    def socket(self) -> socket.socket:
        """For those who wait for many connections at once."""
        return self._socket

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)
        self.sent += len(data)
        self.round_trips += 1

    def _more(self) -> None:
        data = self._socket.recv(262_144)
        if not data:
            raise ProtocolTrouble("the server closed the connection")
        self._buffer += data
        self.received += len(data)

    def line(self) -> bytes:
        """One line, without its end."""
        while (end := self._buffer.find(b"\r\n")) < 0:
            self._more()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def octets(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def until(self, tag: bytes) -> list[bytes]:
        """The untagged lines (literals joined in) up to the tagged reply, which must be OK."""
        lines: list[bytes] = []
        while True:
            line = self.line()
            while match := LITERAL.search(line + b"\r\n"):
                line += b"\r\n" + self.octets(int(match[1])) + self.line()
            if line.startswith(tag + b" "):
                if not line.startswith(tag + b" OK"):
                    raise ProtocolTrouble(line.decode(errors="replace"))
                return [*lines, line]
            lines.append(line)

    def swallow(self, tag: bytes) -> int:
        """Read up to the tagged OK, which is not all of the answer, without keeping lines: what a
        client that streams would do. Returns the octets read.
        """
        mark = b"\r\n" + tag + b" OK"
        before = self.received
        while mark not in self._buffer[-4096:]:
            if len(self._buffer) > 8192:
                del self._buffer[:-4096]
            self._more()
        self._buffer.clear()
        return self.received - before

    def tag(self) -> bytes:
        self._tag += 1
        return b"b%d" % self._tag

    def command(self, text: bytes) -> list[bytes]:
        tag = self.tag()
        self.send(tag + b" " + text + b"\r\n")
        return self.until(tag)

    def stream(self, text: bytes) -> int:
        """Send a command and swallow its answer."""
        tag = self.tag()
        self.send(tag + b" " + text + b"\r\n")
        return self.swallow(tag)

    def login(self, user: str, password: str) -> None:
        self.command(f"LOGIN {user} {password}".encode())
