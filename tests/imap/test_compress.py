"""COMPRESS=DEFLATE over a real connection (RFC 4978, spec of the extension's pitfalls).

Shows: COMPRESS=DEFLATE.
"""

from __future__ import annotations

import random
import re
import socket
import zlib
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.e2e.wire import memory
from tests.mailserver import PASSWORD, MailServer


class Packed:
    """A client that compresses once it was told to."""

    def __init__(self, server: MailServer, email: str) -> None:
        self.socket = server.connect()
        self.socket.settimeout(60)
        self.unread = b""
        self._in = zlib.decompressobj(-15)
        self._out = zlib.compressobj(6, zlib.DEFLATED, -15)
        self.compressed = False
        self.received = 0
        self.line()
        self.ok(f"LOGIN {email} {PASSWORD}".encode())

    def close(self) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        if self.compressed:
            data = self._out.compress(data) + self._out.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(data)

    def line(self) -> bytes:
        """The next line; empty when the server has closed."""
        while b"\n" not in self.unread:
            data = self.socket.recv(65_536)
            if not data:
                return b""
            self.received += len(data)
            self.unread += self._in.decompress(data) if self.compressed else data
        line, _, self.unread = self.unread.partition(b"\n")
        return line + b"\n"

    def ok(self, command: bytes) -> list[bytes]:
        self.send(b"t " + command + b"\r\n")
        lines = [self.line()]
        while not lines[-1].startswith(b"t "):
            assert lines[-1], "the server closed the connection"
            lines.append(self.line())
        assert lines[-1].startswith(b"t OK"), lines[-1]
        return lines

    def compress(self) -> None:
        self.ok(b"COMPRESS DEFLATE")
        assert not self.unread
        self.compressed = True


@pytest.fixture
def client(mail_server: MailServer) -> Iterator[Packed]:
    with closing(Packed(mail_server, mail_server.add_account())) as found:
        found.compress()
        yield found


def test_both_directions_are_compressed(client: Packed) -> None:
    body = b"Subject: a\r\n\r\n" + b"the same line again and again\r\n" * 20_000
    client.ok(b"APPEND INBOX {%d+}\r\n%b" % (len(body), body))
    client.ok(b"SELECT INBOX")
    before = client.received
    lines = client.ok(b"FETCH 1 BODY.PEEK[]")
    assert len(b"".join(lines)) > len(body)
    assert client.received - before < len(body) // 20


def test_incompressible_mail_comes_as_it_is(client: Packed) -> None:
    noise = random.Random(3).randbytes(1_500_000).replace(b"\0", b"x").replace(b"\n", b"y")
    body = b"Subject: a\r\n\r\n" + noise
    client.ok(b"APPEND INBOX {%d+}\r\n%b" % (len(body), body))
    client.ok(b"SELECT INBOX")
    lines = client.ok(b"FETCH 1 (RFC822.SIZE BODY.PEEK[])")
    whole = b"".join(lines)
    head = re.search(rb"\{(\d+)\}\r\n", whole)
    assert head and whole[head.end() : head.end() + int(head[1])] == body


def test_it_is_offered_once(client: Packed) -> None:
    assert b"COMPRESS=DEFLATE" not in client.ok(b"CAPABILITY")[0]
    client.send(b"a COMPRESS DEFLATE\r\n")
    assert client.line().startswith(b"a BAD")


def test_news_in_idle_are_flushed(client: Packed, mail_server: MailServer) -> None:
    client.ok(b"SELECT INBOX")
    client.send(b"i IDLE\r\n")
    assert client.line().startswith(b"+ ")
    client.send(b"DONE\r\n")
    assert client.line().startswith(b"i OK")


def test_what_is_not_compressed_ends_the_connection(client: Packed) -> None:
    client.compressed = False
    client.send(b"a NOOP\r\n" + b"\xff" * 50)
    assert client.socket.recv(100) == b""


@pytest.mark.parametrize("kept", range(5), ids="after {} octets".format)
def test_a_stream_that_ends_abruptly_is_a_disconnect(client: Packed, kept: int) -> None:
    """iOS ends streams so: no command is made of half of one, and nobody waits for the rest."""
    assert client.ok(b"SELECT INBOX")
    client.compressed = False
    before = client.received
    client.send(zlib.compress(b"a NOOP\r\n")[2 : 2 + kept])
    client.socket.shutdown(socket.SHUT_WR)
    assert client.line() == b"" and client.received == before


def test_a_bomb_disturbs_nobody(client: Packed, mail_server: MailServer) -> None:
    with closing(Packed(mail_server, mail_server.add_account())) as other:
        before = memory(mail_server.pid)
        bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = b"".join(bomb.compress(bytes(1_000_000)) for _ in range(50))
        client.socket.sendall(data + bomb.flush(zlib.Z_SYNC_FLUSH))
        other.ok(b"NOOP")
        client.compressed = True
        client._out = zlib.compressobj(6, zlib.DEFLATED, -15)
        client.send(b"\r\nb NOOP\r\n")
        assert client.line().startswith((b"* BAD", b"* BYE"))
        assert memory(mail_server.pid) - before < 32_000_000


def test_a_mechanism_that_is_unknown(mail_server: MailServer) -> None:
    with closing(Packed(mail_server, mail_server.add_account())) as plain:
        plain.send(b"a COMPRESS LZMA\r\n")
        assert plain.line().startswith(b"a BAD")
        plain.compress()
        plain.ok(b"NOOP")


def test_unauthenticate_ends_it(client: Packed, mail_server: MailServer) -> None:
    """RFC 8437 §4.1: the OK is the last thing that is compressed."""
    client.ok(b"UNAUTHENTICATE")
    client.compressed = False
    email = mail_server.add_account()
    client.ok(f"LOGIN {email} {PASSWORD}".encode())
    assert b"COMPRESS=DEFLATE" in client.ok(b"CAPABILITY")[0]
    client._in = zlib.decompressobj(-15)
    client._out = zlib.compressobj(6, zlib.DEFLATED, -15)
    client.compress()
    client.ok(b"NOOP")
