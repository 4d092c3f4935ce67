"""Plain blocking clients for submission and LMTP that count octets and round trips."""

from __future__ import annotations

import base64
import socket

from .imap import ProtocolTrouble


class SmtpClient:
    """One submission connection, authenticated; with ``user`` empty an LMTP connection."""

    def __init__(self, host: str, port: int, user: str = "", password: str = "") -> None:
        self._socket = socket.create_connection((host, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")
        self.received = 0
        self.sent = 0
        self.round_trips = 0
        try:
            self._greet(user, password)
        except BaseException:
            self.close()
            raise

    def _greet(self, user: str, password: str) -> None:
        self.reply()
        if not user:
            self.command(b"LHLO bench.example")
            return
        token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self.command(b"EHLO bench.example")
        self.command(f"AUTH PLAIN {token}".encode())

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)
        self.sent += len(data)
        self.round_trips += 1

    def reply(self) -> bytes:
        """One reply, all its lines; 4xx and 5xx raise."""
        lines = b""
        while True:
            line = self._file.readline()
            self.received += len(line)
            lines += line
            if not line:
                raise ProtocolTrouble("the server closed the connection")
            if line[3:4] != b"-":
                break
        if line[:1] in b"45":
            raise ProtocolTrouble(lines.decode(errors="replace"))
        return lines

    def command(self, text: bytes) -> bytes:
        self.send(text + b"\r\n")
        return self.reply()

    def submit(self, sender: str, recipients: list[str], message: bytes) -> None:
        """One message by BDAT, the whole transaction in one burst."""
        self.burst(sender, recipients, b"BDAT %d LAST\r\n%b" % (len(message), message))

    def deliver(self, sender: str, recipients: list[str], message: bytes) -> None:
        """One message by LMTP, which has a reply for each recipient."""
        self.submit(sender, recipients, message)
        for _ in recipients[1:]:
            self.reply()

    def submit_by_data(self, sender: str, recipients: list[str], message: bytes) -> None:
        """One message by DATA: a burst, and after the 354 the octets."""
        self.burst(sender, recipients, b"DATA\r\n")
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        self.send(stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"))
        self.reply()

    def burst(self, sender: str, recipients: list[str], last: bytes) -> None:
        """An envelope with what follows it, a reply for each."""
        lines = [f"MAIL FROM:<{sender}>\r\n".encode()]
        lines += [f"RCPT TO:<{recipient}>\r\n".encode() for recipient in recipients]
        self.send(b"".join([*lines, last]))
        for _ in range(2 + len(recipients)):
            self.reply()
