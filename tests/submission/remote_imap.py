"""An IMAP server elsewhere that knows URLFETCH, and misbehaves as it is told."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Foreign:
    """``answers`` replace what follows the tag or the URL of a command; ``urls`` are its tickets.

    ``silent``: never answers that command.
    """

    urls: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)
    silent: str = ""
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    lines: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    let_go: threading.Event = field(default_factory=threading.Event)


class _Conversation(socketserver.StreamRequestHandler):
    foreign: Foreign

    def handle(self) -> None:
        self.foreign.connections += 1
        if self.foreign.implicit:
            self._start_tls()
        self.wfile.write(self.foreign.answers.get("GREETING", b"* OK hello\r\n"))
        while line := self.rfile.readline():
            tag, _, rest = line.decode().rstrip("\r\n").partition(" ")
            verb = rest.partition(" ")[0]
            self.foreign.lines.append(rest)
            if verb == self.foreign.silent:
                self.foreign.let_go.wait(60)
                return
            if verb == "URLFETCH":
                self._fetch(rest.partition(" ")[2].strip('"'))
            self.wfile.write(tag.encode() + self.foreign.answers.get(verb, b" OK done\r\n"))
            if verb == "STARTTLS" and self.foreign.tls is not None:
                self._start_tls()
            if verb == "LOGOUT":
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _start_tls(self) -> None:
        assert self.foreign.tls is not None
        self.connection = self.foreign.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)

    def _fetch(self, url: str) -> None:
        data = self.foreign.urls.get(url)
        self.wfile.write(b"* OK still here\r\n")
        received = b"NIL\r\n" if data is None else b"{%d}\r\n%b\r\n" % (len(data), data)
        received = self.foreign.answers.get("DATA", received)
        self.wfile.write(f'* URLFETCH "{url}" '.encode() + received)


class _Server(socketserver.ThreadingTCPServer):
    """At its end all that clients have sent is read."""

    allow_reuse_address = True

    def handle_error(self, request: object, address: object) -> None:
        """A client that has had enough is no error here."""


@contextmanager
def running(foreign: Foreign) -> Iterator[Foreign]:
    """Run it on a free port of loopback."""
    handler = type("Conversation", (_Conversation,), {"foreign": foreign})
    with _Server(("127.0.0.1", 0), handler) as server:
        foreign.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield foreign
        finally:
            foreign.let_go.set()
            server.shutdown()
            thread.join()
