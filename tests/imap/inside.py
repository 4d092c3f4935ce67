"""An IMAP server inside the test's own process, so that its time limits can be shortened."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import uvloop
from django.conf import settings

from lemonade_server.auth.logins import Logins
from lemonade_server.convert.converter import converting
from lemonade_server.imap.serve import converse
from lemonade_server.imap.service import Service
from lemonade_server.net.certificate import server_certificate
from lemonade_server.net.listeners import listen
from lemonade_server.store.db import Database
from lemonade_server.store.hints import Hints
from tests.mailserver import MailServer


@contextmanager
def imap_server(**changes: Any) -> Iterator[int]:
    """Serve IMAP from a thread, with some settings changed; gives the port."""
    env = dataclasses.replace(settings.LEMONADE, **changes)
    ready = threading.Event()
    ports: list[int] = []
    stops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        stops.append((asyncio.get_running_loop(), stop))
        db, hints = Database(), Hints()
        db.start()
        hints.start(db.read)
        tls = server_certificate("", "", settings.LEMONADE.data, "localhost").context
        async with converting(env, db) as converter:
            service = Service(env, db, hints, Logins(db), tls, converter=converter)
            run = partial(converse, service=service)
            listener = await listen("127.0.0.1", 0, run, reuse_port=False)
            ports.append(listener.port)
            ready.set()
            await stop.wait()
            await listener.close(grace=1)
        hints.close()
        await db.close()

    def work() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=work)
    thread.start()
    assert ready.wait(60)
    try:
        yield ports[0]
    finally:
        loop, stop = stops[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)


class Wire:
    """A raw client: lines out, lines in."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._file = self._socket.makefile("rwb")
        self.greeting = self._file.readline()

    @classmethod
    def tls(cls, server: MailServer) -> Wire:
        """A client under TLS."""
        wire = cls(server.ports["imap"])
        wire.send(b"tls STARTTLS")
        wire.until(b"tls")
        wire.wrap(server.client_tls())
        return wire

    def wrap(self, context: ssl.SSLContext) -> None:
        """Go on under TLS."""
        self._file.close()
        self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
        self._file = self._socket.makefile("rwb")

    def send(self, line: bytes) -> None:
        self._file.write(line + b"\r\n")
        self._file.flush()

    def line(self) -> bytes:
        """The next line; empty at the end of the connection."""
        return self._file.readline()

    def until(self, tag: bytes) -> list[bytes]:
        """Responses up to the tagged one."""
        lines = []
        while line := self.line():
            lines.append(line)
            if line.startswith(tag + b" "):
                break
        return lines

    def close(self) -> None:
        self._file.close()
        self._socket.close()
