"""The connection to an IMAP server, as imaplib has it."""

from __future__ import annotations

import io
import socket

from imapclient.imap4 import IMAP4WithTimeout

from webmail.transport.time_limit import Clock


class CountedConnection(IMAP4WithTimeout):
    """imaplib's connection under a clock, which counts what the socket carries (inside TLS, where
    there is any).
    """

    def __init__(self, host: str, port: int) -> None:
        self.clock = Clock()
        super().__init__(host, port, None)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return self.clock.connect(self.host, self.port)

    @property
    def file(self) -> io.BufferedReader:
        """What comes; imaplib makes one for each socket, the plain one and that of TLS."""
        return self._file

    @file.setter
    def file(self, made: io.BufferedReader) -> None:
        made.close()
        self._file = self.clock.reader(self.sock)

    def read(self, size: int) -> bytes:
        data = super().read(size)
        if len(data) < size:
            raise self.abort("the connection ended inside a literal")
        return data

    def send(self, data: bytes) -> None:  # type: ignore[override]
        self.clock.send(self.sock, data)
