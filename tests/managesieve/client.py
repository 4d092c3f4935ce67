"""A ManageSieve client of a few lines."""

from __future__ import annotations

import base64
import re
from types import TracebackType

from tests.mailserver import PASSWORD, MailServer

_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")


class Client:
    """Logged in with a password. ``say`` answers the last line, with its literals in it."""

    def __init__(self, server: MailServer, email: str, password: str = PASSWORD) -> None:
        self.socket = server.connect("sieve")
        self.file = self.socket.makefile("rwb")
        self.greeting = self.answer()
        response = base64.b64encode(f"\0{email}\0{password}".encode())
        self.welcome = self.say(b'AUTHENTICATE "PLAIN" "%b"' % response)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.file.close()
        self.socket.close()

    def say(self, command: bytes) -> bytes:
        self.file.write(command + b"\r\n")
        self.file.flush()
        return self.answer()

    def answer(self) -> bytes:
        """The response: all lines up to OK, NO or BYE, or the end of the connection."""
        found = b""
        while line := self._line():
            found += line
            if line.startswith((b"OK", b"NO", b"BYE")):
                break
        return found

    def _line(self) -> bytes:
        line = self.file.readline()
        while literal := _LITERAL.search(line):
            line += self.file.read(int(literal[1])) + self.file.readline()
        return line

    def put(self, name: str, script: bytes) -> bytes:
        return self.say(b'PUTSCRIPT "%b" {%d+}\r\n%b' % (name.encode(), len(script), script))

    def use(self, script: bytes, name: str = "main") -> None:
        """Put a script and make it active."""
        answer = self.put(name, script)
        assert answer.startswith(b"OK"), answer
        assert self.say(b'SETACTIVE "%b"' % name.encode()).startswith(b"OK")
