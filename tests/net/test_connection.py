"""Connections: joined writes, slow peers, time limits, pokes, an orderly stop."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import uvloop

from lemonade_server.net import connection
from lemonade_server.net.certificate import server_certificate
from lemonade_server.net.connection import POKED, Connection, PeerGone, SessionRun, Shutdown
from lemonade_server.net.limits import Limits
from lemonade_server.net.listeners import REFUSALS, Listener, listen
from tests.patience import let_pass_here


class Lines:
    """A framer of lines."""

    def __init__(self) -> None:
        self.buffer = b""

    def feed(self, data: bytes) -> None:
        self.buffer += data

    def next(self) -> bytes | None:
        line, end, rest = self.buffer.partition(b"\n")
        if not end:
            return None
        self.buffer = rest
        return line


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Test = Callable[[Listener, Callable[[], Awaitable[Streams]]], Awaitable[None]]


def talk(session: SessionRun, test: Test, limits: Limits | None = None) -> None:
    """Run ``test`` as a client of a listener with ``session``."""

    async def run() -> None:
        listener = await listen(
            "127.0.0.1", 0, session, limits=limits, refusal=b"full\r\n", reuse_port=False
        )
        writers: list[asyncio.StreamWriter] = []

        async def connect() -> Streams:
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writers.append(writer)
            return reader, writer

        try:
            await test(listener, connect)
        finally:
            for writer in writers:
                writer.close()
            await listener.close(grace=1)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(asyncio.wait_for(run(), 60))


async def echo(conn: Connection) -> None:
    conn.begin(Lines())
    while (line := await conn.event(5)) is not None:
        assert isinstance(line, bytes)
        conn.write(line, b"\n")


def test_replies_to_what_came_together_leave_together() -> None:
    async def test(listener: Listener, connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(b"one\ntwo\nthr")
        assert await reader.read(100) == b"one\ntwo\n"
        writer.write(b"ee\n")
        assert await reader.read(100) == b"three\n"
        assert listener.sessions == 1
        writer.write_eof()
        assert await reader.read(100) == b""

    talk(echo, test)


def test_replies_do_not_wait_for_slow_work_behind_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HOLD", 0.0)
    worked: list[object] = []

    async def slow(conn: Connection) -> None:
        conn.begin(Lines())
        while (line := await conn.event(20)) is not None:
            if conn.overdue:
                await conn.flush()
            worked.append(line)
            conn.write(b"done\n")
            await let_pass_here(0.001)
            while line == b"two" and conn._transport is not None:
                await asyncio.sleep(0.01)

    async def test(listener: Listener, connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(b"one\ntwo\nthree\nfour\n")
        assert await reader.readline() == b"done\n"
        peer = writer.get_extra_info("socket")  # a reset, so that the server sees that it has gone
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        while listener.sessions:
            await asyncio.sleep(0.01)

    talk(slow, test)
    assert worked == [b"one", b"two"], "nobody works for a peer that has gone"


def test_a_peer_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WRITE_TIMEOUT", 0.2)
    ended: list[BaseException] = []

    async def flood(conn: Connection) -> None:
        try:
            while True:
                conn.write(b"x" * 65536)
                await conn.flush()
        except PeerGone as error:
            ended.append(error)
            raise

    async def test(_: Listener, connect: Callable[[], Awaitable[Streams]]) -> None:
        _reader, writer = await connect()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        while not ended:
            await asyncio.sleep(0.05)

    talk(flood, test)


def test_a_peer_that_writes_ahead_is_held_back() -> None:
    held = asyncio.Event()
    conns: list[Connection] = []

    async def lazy(conn: Connection) -> None:
        conns.append(conn)
        conn.begin(Lines())
        await conn.event(5)
        await held.wait()
        assert conn.octets_in < 4_000_000
        while isinstance(line := await conn.event(5), bytes) and line != b"end":
            pass
        conn.write(b"%d\n" % conn.octets_in)

    async def test(_: Listener, connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        block = b"y" * 99_999 + b"\n"
        writer.write(b"first\n")
        sending = asyncio.create_task(_send(writer, [block] * 100 + [b"end\n"]))
        while not conns or conns[0]._reading:
            await asyncio.sleep(0.01)
        held.set()
        assert await reader.readline() == b"%d\n" % (6 + 100 * len(block) + 4)
        await sending

    talk(lazy, test)


async def _send(writer: asyncio.StreamWriter, blocks: list[bytes]) -> None:
    for block in blocks:
        writer.write(block)
        await writer.drain()


def test_silence_and_the_deadline_end_a_session() -> None:
    async def strict(conn: Connection) -> None:
        conn.begin(Lines())
        conn.deadline = asyncio.get_running_loop().time() + 0.3
        try:
            while True:
                await conn.event(0.2)
        except TimeoutError:
            conn.write(b"too slow\n")

    async def test(_: Listener, connect: Callable[[], Awaitable[Streams]]) -> None:
        busy, writer = await connect()
        ended = asyncio.create_task(busy.readline())
        while not ended.done():  # keeps talking, and is ended all the same
            writer.write(b"x\n")
            await asyncio.sleep(0.08)
        assert await ended == b"too slow\n"
        silent, _writer = await connect()
        assert await silent.readline() == b"too slow\n"

    talk(strict, test)


def test_a_poke_wakes_only_who_asked_for_it() -> None:
    conns: list[Connection] = []
    seen: list[object] = []

    async def sleeper(conn: Connection) -> None:
        conn.begin(Lines())
        conns.append(conn)
        seen.append(await conn.event(5))
        seen.append(await conn.event(5, pokable=True))
        conn.write(b"woken\n")

    async def test(_: Listener, connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        while not conns:
            await asyncio.sleep(0.01)
        conns[0].poke()
        writer.write(b"line\n")
        while len(seen) < 1:
            await asyncio.sleep(0.01)
        conns[0].poke()
        assert await reader.readline() == b"woken\n"
        assert seen == [b"line", POKED]

    talk(sleeper, test)


def test_too_many_connections_are_told_so() -> None:
    async def test(listener: Listener, connect: Callable[[], Awaitable[Streams]]) -> None:
        first, writer = await connect()
        writer.write(b"hello\n")
        assert await first.readline() == b"hello\n"
        second, _ = await connect()
        assert await second.read() == b"full\r\n"
        writer.close()
        while listener.sessions:
            await asyncio.sleep(0.01)
        third, again = await connect()
        again.write(b"hello\n")
        assert await third.readline() == b"hello\n"

    talk(echo, test, Limits(total=1))


def test_stopping_lets_a_command_end() -> None:
    working, stopping = asyncio.Event(), asyncio.Event()

    async def worker(conn: Connection) -> None:
        conn.begin(Lines())
        try:
            while await conn.event(5) is not None:
                working.set()
                await stopping.wait()
                conn.write(b"done\n")
        except Shutdown:
            conn.write(b"bye\n")

    async def test(listener: Listener, connect: Callable[[], Awaitable[Streams]]) -> None:
        idle, _ = await connect()
        busy, writer = await connect()
        writer.write(b"work\n")
        await working.wait()
        closing = asyncio.create_task(listener.close(grace=20))
        assert await idle.read() == b"bye\n"
        stopping.set()
        await closing
        assert await busy.read() == b"done\nbye\n"

    talk(worker, test)


def tls_context(folder: Path) -> ssl.SSLContext:
    return server_certificate("", "", folder, "localhost").context


def over_tls() -> ssl.SSLContext:
    """A client that takes any certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_peer_counts_before_its_handshake_and_is_told_why_it_is_refused(
    tmp_path: Path, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def run() -> None:
        listener = await listen(
            "127.0.0.1", 0, echo, tls=tls_context(tmp_path), limits=Limits(total=2),
            refusal=b"BYE too many\r\n", reuse_port=False,
        )  # fmt: skip
        _, silent = await asyncio.open_connection("127.0.0.1", listener.port)
        first, writer = await asyncio.open_connection("127.0.0.1", listener.port, ssl=over_tls())
        writer.write(b"hello\n")
        assert await first.readline() == b"hello\n"
        assert listener.sessions == 2
        third, other = await asyncio.open_connection("127.0.0.1", listener.port, ssl=over_tls())
        assert await third.read() == b"BYE too many\r\n"
        silent.close()
        other.close()
        while listener.sessions > 1:
            await asyncio.sleep(0.01)
        again, last = await asyncio.open_connection("127.0.0.1", listener.port, ssl=over_tls())
        last.write(b"hello\n")
        assert await again.readline() == b"hello\n"
        writer.close()
        last.close()
        await listener.close(grace=1)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(run())


def test_few_are_told_at_a_time_that_they_are_too_many(tmp_path: Path) -> None:
    async def run() -> None:
        listener = await listen(
            "127.0.0.1", 0, echo, tls=tls_context(tmp_path), limits=Limits(total=0),
            refusal=b"BYE\r\n", reuse_port=False,
        )  # fmt: skip
        silent = [
            await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(REFUSALS)
        ]
        last, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        with suppress(ConnectionError):
            assert await last.read() == b"", "closed at once"
        for _, each in [*silent, (last, writer)]:
            each.close()
        await listener.close(grace=1)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


def test_a_stop_does_not_wait_for_handshakes(tmp_path: Path) -> None:
    async def run() -> None:
        listener = await listen("127.0.0.1", 0, echo, tls=tls_context(tmp_path), reuse_port=False)
        silent, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        while not listener.sessions:
            await asyncio.sleep(0.01)
        await asyncio.wait_for(listener.close(grace=3600), 60)
        with suppress(ConnectionError):
            assert await silent.read() == b""
        writer.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
