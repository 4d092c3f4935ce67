"""TLS of our own making over sockets: every octet arrives, and each end is said and heard."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import uvloop

from lemonade_server.net import tls_transport
from lemonade_server.net.certificate import server_certificate
from lemonade_server.net.tls_transport import RECORD, SLICE, TlsTransport
from tests.patience import let_pass

SIZES = (1, SLICE - 1, SLICE, SLICE + 1, RECORD, RECORD + 1, 5 * RECORD, 1_000_003)


class Echo(asyncio.Protocol):
    """Sends back what comes, and notes what it is told."""

    def __init__(self) -> None:
        self.noted: list[str] = []
        self.lost = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, TlsTransport)
        self.transport = transport
        self.noted.append("made")

    def data_received(self, data: bytes) -> None:
        assert self.transport is not None
        if data == b"bye":
            self.transport.write(b"farewell")
            self.transport.close()
            return
        self.transport.write(data)

    def eof_received(self) -> bool:
        self.noted.append("eof")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.noted.append("lost")
        if not self.lost.done():
            self.lost.set_result(None)


Client = Callable[[socket.socket], None]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    folder: Path = tmp_path_factory.mktemp("tls")
    return server_certificate("", "", folder, "mail.example").context


def over_tls(raw: socket.socket, latest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLSocket:
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    trusting.maximum_version = latest
    return trusting.wrap_socket(raw)


def talk(context: ssl.SSLContext, client: Client, timeout: float = 60.0) -> tuple[Echo, object]:
    """Let a client in a thread talk to an echo; that, and the error of the handshake."""

    async def run() -> tuple[Echo, object]:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.settimeout(60)
        app, failed = Echo(), None
        transport = TlsTransport(app, context)
        talking = loop.run_in_executor(None, client, theirs)
        await loop.connect_accepted_socket(lambda: transport, ours)
        try:
            await transport.handshake(timeout)
            await app.lost
        except OSError as error:
            failed = error
        await talking
        theirs.close()
        return app, failed

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(asyncio.wait_for(run(), 60))


def say_the_end(raw: socket.socket) -> None:
    """A handshake, and that nothing comes."""
    with over_tls(raw) as peer:
        peer.unwrap()


def received(peer: ssl.SSLSocket, size: int) -> bytes:
    found = b""
    while len(found) < size and (piece := peer.recv(65_536)):
        found += piece
    return found


@pytest.mark.parametrize("latest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_every_octet_comes_back(context: ssl.SSLContext, latest: ssl.TLSVersion) -> None:
    octets = random.Random(7).randbytes(max(SIZES))
    answers: list[bool] = []

    def client(raw: socket.socket) -> None:
        with over_tls(raw, latest) as peer:
            for size in SIZES:
                piece = memoryview(octets)[:size]
                back = b""
                while piece:  # no more at a time than lies in the socket's buffers
                    peer.sendall(piece[:65_536])
                    back += received(peer, len(piece[:65_536]))
                    piece = piece[65_536:]
                answers.append(back == octets[:size])

    app, failed = talk(context, client)
    assert failed is None
    assert answers == [True] * len(SIZES)
    assert app.noted[0] == "made" and app.noted[-1] == "lost"


def test_who_closes_says_so_and_waits_for_the_peer(context: ssl.SSLContext) -> None:
    """All that was written arrives before the end, which is no reset, though the peer talks on."""
    said: list[bytes] = []

    def client(raw: socket.socket) -> None:
        with over_tls(raw) as peer:
            peer.sendall(b"bye")
            said.append(received(peer, 8))
            peer.sendall(b"still here" * 1000)
            said.append(peer.recv(100))
            peer.unwrap()

    app, failed = talk(context, client)
    assert failed is None
    assert said == [b"farewell", b""]
    assert app.noted == ["made", "lost"]


def test_the_end_of_the_peer_is_heard_once(context: ssl.SSLContext) -> None:
    app, failed = talk(context, say_the_end)
    assert failed is None
    assert app.noted == ["made", "eof", "lost"]


def test_a_peer_that_goes_without_a_word_is_gone(context: ssl.SSLContext) -> None:
    def client(raw: socket.socket) -> None:
        peer = over_tls(raw.dup())
        socket.socket(fileno=peer.detach()).close()
        raw.close()

    app, failed = talk(context, client)
    assert failed is None
    assert (app.noted[0], app.noted[-1]) == ("made", "lost")


@pytest.mark.parametrize(
    ("octets", "answer"),
    [
        (b"a LOGIN alice secret\r\n" * 10, b""),
        (b"\x16\x03\x01\x00\x04\x01\x00\x00\x00", b"\x15"),  # alert (RFC 8446 §5.1)
    ],
)
def test_what_is_no_handshake_ends_it(
    context: ssl.SSLContext, octets: bytes, answer: bytes
) -> None:
    said: list[bytes] = []

    def client(raw: socket.socket) -> None:
        raw.sendall(octets)
        said.append(raw.recv(100))

    app, failed = talk(context, client)
    assert isinstance(failed, ssl.SSLError)
    assert app.noted == []
    assert said[0][:1] == answer


def test_a_record_that_was_tampered_with_ends_the_connection(context: ssl.SSLContext) -> None:
    def client(raw: socket.socket) -> None:
        peer = over_tls(raw.dup())
        raw.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)
        with pytest.raises(ssl.SSLError):
            received(peer, 1)
        peer.close()

    app, failed = talk(context, client)
    assert failed is None
    assert app.noted == ["made", "lost"]


def test_a_peer_that_says_nothing_is_given_up(context: ssl.SSLContext) -> None:
    app, failed = talk(context, lambda raw: None, timeout=0.1)
    assert isinstance(failed, TimeoutError)
    assert app.noted == []


def test_a_server_that_is_late_itself_gives_nobody_up(
    context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among thousands that come at once, most wait for the server and not it for them."""
    monkeypatch.setattr(tls_transport, "BUSY", 60.0)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    peer = trusting.wrap_bio(incoming, outgoing)

    async def run() -> Echo:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        app = Echo()
        transport = TlsTransport(app, context)
        await loop.connect_accepted_socket(lambda: transport, ours)
        waiting = asyncio.create_task(transport.handshake(0.01))
        while not waiting.done():
            with suppress(ssl.SSLWantReadError):
                peer.do_handshake()
            theirs.send(outgoing.read())
            await asyncio.sleep(0)
            let_pass(0.02)  # the others are served first
            await asyncio.sleep(0)
            with suppress(BlockingIOError):
                incoming.write(theirs.recv(65_536))
        await waiting
        theirs.close()
        await app.lost
        return app

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        app = runner.run(asyncio.wait_for(run(), 60))
    assert app.noted[0] == "made"
