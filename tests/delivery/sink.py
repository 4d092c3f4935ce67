"""A mail host for the tests: takes mail over SMTP, or refuses, defers and hangs up as told."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

Request = socket.socket | tuple[bytes, socket.socket]


class Waits(Protocol):
    """Holds an answer back: an event, or what behaves like one."""

    def wait(self, timeout: float, /) -> object: ...


@dataclass
class Taken:
    """One message that the host took.

    ``answered``: the client was told so. ``went_on``: the client has said something since, if only
    QUIT, so that it was alive after the answer.
    """

    mail: str
    recipients: list[str]
    octets: bytes
    tls: bool = False
    at: float = field(default_factory=time.monotonic)
    answered: bool = True
    went_on: bool = False


@dataclass
class Sink:
    """What the host offers and how it answers. ``answers``: a reply for a command's beginning;
    ``hang_up``: the connection ends instead of an answer to a command that starts so, or to the
    message (END). ``hang_up_once``: so too, but once, ``after`` that many of the command.
    """

    features: list[str] = field(default_factory=lambda: ["8BITMIME", "SIZE", "PIPELINING"])
    answers: dict[str, str] = field(default_factory=dict)
    hang_up: str = ""
    hang_up_once: str = ""
    after: dict[str, int] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    cuts_handshakes: bool = False
    before_data_reply: Waits | None = None
    taken: list[Taken] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    port: int = 0

    def is_up(self) -> bool:
        """Whether anybody who connects, or is connected, gets an answer at all."""
        return True

    def reply_to(self, text: str) -> str | None:
        """What is said to a command; None: the usual."""
        for start, answer in self.answers.items():
            if text.startswith(start):
                return answer
        return None

    def take(self, message: Taken) -> str:
        """What is said to a whole message; empty: the connection ends instead."""
        self.taken.append(message)
        return self.answers.get("END", "250 2.0.0 taken")


class _Conversation(socketserver.StreamRequestHandler):
    sink: Sink
    disable_nagle_algorithm = True

    def handle(self) -> None:
        if self.sink.implicit_tls and not self._start_tls():
            return
        self._say("220 sink ESMTP")
        self._mail, self._chunks = "", b""
        self._recipients: list[str] = []
        self._last: Taken | None = None
        while line := self.rfile.readline():
            if self._last is not None:
                self._last.went_on = True
            if not self.sink.is_up():
                return
            verb, blank, rest = line.decode("utf-8").strip().partition(" ")
            text = verb.upper() + blank + rest
            self.sink.lines.append(text)
            if self.sink.hang_up and text.startswith(self.sink.hang_up):
                return
            if self._has_had_enough(text):
                return
            if text == "STARTTLS" and text not in self.sink.answers:
                self._say("220 2.0.0 go on")
                if not self._start_tls():
                    return
                continue
            if text == "RSET":
                self._mail, self._recipients, self._chunks = "", [], b""
            if text == "QUIT":
                self._say("221 2.0.0 bye")
                return
            self._answer(text)

    def _has_had_enough(self, text: str) -> bool:
        verb = self.sink.hang_up_once
        if not verb or not text.startswith(verb):
            return False
        self.sink.after[verb] = self.sink.after.get(verb, 0) - 1
        if self.sink.after[verb] >= 0:
            return False
        self.sink.hang_up_once = ""
        return True

    def finish(self) -> None:
        """The server closes the socket it accepted; TLS has put another one in its place."""
        super().finish()
        self.connection.close()

    def _start_tls(self) -> bool:
        """Go on under TLS; whether that worked."""
        if self.sink.cuts_handshakes:
            self.connection.recv(1)
            lingering = struct.pack("ii", 1, 0)  # so that closing resets the connection
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
            return False
        assert self.sink.tls is not None
        try:
            self.connection = self.sink.tls.wrap_socket(self.connection, server_side=True)
        except OSError:
            return False
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _answer(self, text: str) -> None:
        answer = self.sink.reply_to(text)
        if answer is not None:
            if text.startswith("RCPT") and answer.startswith("2"):
                self._recipients.append(text)
            self._say(answer)
            return
        match text.split()[0]:
            case "EHLO":
                for feature in ["sink", *self.sink.features[:-1]]:
                    self._say(f"250-{feature}")
                self._say(f"250 {self.sink.features[-1] if self.sink.features else 'HELP'}")
            case "RSET":
                self._say("250 2.0.0 forgotten")
            case "AUTH":
                self._say("235 2.7.0 welcome")
            case "MAIL":
                self._mail, self._recipients, self._chunks = text, [], b""
                self._say("250 2.1.0 ok")
            case "RCPT":
                self._recipients.append(text)
                self._say("250 2.1.5 ok")
            case "DATA":
                self._data()
            case "BDAT":
                self._bdat(text)
            case _:
                self._say("500 5.5.1 what?")

    def _data(self) -> None:
        if not self._recipients:
            self._say("554 5.5.1 no valid recipients")
            return
        self._say("354 go on")
        octets = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            octets += re.sub(rb"^\.", b"", line)
        if line:
            self._take(octets)

    def _bdat(self, text: str) -> None:
        _, size, *last = text.split()
        self._chunks += self.rfile.read(int(size))
        if last:
            self._take(self._chunks)
        else:
            self._say("250 2.0.0 ok")

    def _take(self, octets: bytes) -> None:
        if self.sink.before_data_reply is not None:
            self.sink.before_data_reply.wait(60)
        if self.sink.hang_up == "END":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        tls = isinstance(self.connection, ssl.SSLSocket)
        self._last = Taken(self._mail, self._recipients, octets, tls)
        answer = self.sink.take(self._last)
        if answer:
            self._say(answer)
        else:
            self._last.answered = False
            self.connection.shutdown(socket.SHUT_RDWR)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    sink: Sink

    def verify_request(self, request: object, address: object) -> bool:
        """A host that is down hangs up at once."""
        return self.sink.is_up()

    def handle_error(self, request: Request, address: object) -> None:
        """A client that was killed is no error of the host."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, address)


@contextmanager
def running(sink: Sink) -> Iterator[Sink]:
    """Run the host on a free port of loopback."""
    handler = type("Conversation", (_Conversation,), {"sink": sink})
    with _Server(("127.0.0.1", 0), handler) as server:
        server.sink = sink
        sink.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()
