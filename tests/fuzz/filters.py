"""ManageSieve, from the first octet of a connection to the last of its answers.

Of all that a server does only the database is missing: it says that it is full.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import cast
from unittest.mock import patch

from lemonade_server.auth.live_logins import LiveLogins
from lemonade_server.auth.logins import Logins
from lemonade_server.auth.scram_keys import ScramKeys
from lemonade_server.directory.accounts import USER_ROLE, Identity
from lemonade_server.managesieve.serve import serve
from lemonade_server.managesieve.session import Service
from lemonade_server.net.connection import Connection
from lemonade_server.store.db import Database
from lemonade_server.store.errors import StoreFull
from lemonade_server.store.ids import AccountId

ALICE = Identity(AccountId(1), "alice@lemonade.test", USER_ROLE, 1)
LOGIN = b'AUTHENTICATE "PLAIN" "AGFsaWNlAGxlbW9uYWRl"\r\n'
BROKEN = b'NO (TRYLATER) "Something went wrong'
PAUSE = 7  # octets after which the server gets its turn
_WORD = re.compile(rb'[A-Z/]+|"(?:[^"\\\r\n\0]|\\["\\])*"|[ ()]|\{(\d+)\}\r\n', re.DOTALL)


class Full:
    """A store with no room, which checks a script at once."""

    async def read(self, job: Callable[..., object]) -> object:
        raise StoreFull

    write = read

    async def run(self, job: Callable[[], object]) -> object:
        return job()


class Strangers:
    """Alice is known, by her password."""

    def __init__(self) -> None:
        self.live = LiveLogins(cast(Database, Full()))

    async def password(
        self, login: str, password: str, peer: str, scope: object = None
    ) -> Identity | None:
        return ALICE if (login, password) == ("alice", "lemonade") else None

    async def token(self, token: str) -> Identity | None:
        return None

    async def scram_begin(self, login: str, peer: str, digest: str = "sha256") -> ScramKeys:
        return ScramKeys(b"salt", 4096, bytes(32), bytes(32), None)

    async def scram_end(
        self, login: str, peer: str, keys: ScramKeys, proves: Callable[[], bool]
    ) -> None:
        assert not proves()


class Wire(asyncio.Transport):
    """The end of a connection that keeps what was written."""

    def __init__(self, conn: Connection) -> None:
        super().__init__({"peername": ("127.0.0.1", 1)})
        self.written = bytearray()
        self._conn = conn
        self._closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._conn.connection_lost(None)

    abort = close

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high

    def pause_reading(self) -> None:
        """Nothing is held back here."""

    resume_reading = pause_reading


def filters(data: bytes) -> None:
    """Before and after login, whole and octet by octet: the same answers, each of them whole."""
    for octets in (data, LOGIN + data):
        whole, step = (_talk(octets, size) for size in (len(octets) or 1, 1))
        assert whole == step, (whole, step)
        _check(whole)


def _talk(octets: bytes, size: int) -> bytes:
    """All that is answered to these octets, given in pieces."""
    with patch("secrets.token_urlsafe", return_value="nonce"), asyncio.Runner() as runner:
        return runner.run(_answers(octets, size))


async def _answers(octets: bytes, size: int) -> bytes:
    conn = Connection()
    wire = Wire(conn)
    conn.connection_made(wire)
    service = Service(cast(Database, Full()), cast(Logins, Strangers()), None)
    serving = asyncio.ensure_future(serve(conn, service))
    await asyncio.sleep(0)
    for start in range(0, len(octets), size):
        conn.data_received(octets[start : start + size])
        if start % PAUSE == 0:
            await asyncio.sleep(0)
    conn.eof_received()
    await serving
    return bytes(wire.written)


def _check(answers: bytes) -> None:
    """Words, strings and line ends to the grammar of RFC 5804 §4, and no failure inside."""
    at, line = 0, b""
    while at < len(answers):
        if answers.startswith(b"\r\n", at):
            assert not line.startswith(BROKEN), line
            at, line = at + 2, b""
            continue
        found = _WORD.match(answers, at)
        assert found is not None, answers[at : at + 80]
        at = found.end() + int(found[1] or 0)
        line += found[0]
    assert not line, "the last line is whole"


FILTERS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "managesieve": (
        filters,
        (
            *(b'AUTHENTICATE "PLAIN"', b'AUTHENTICATE "SCRAM-SHA-256" "biwsbj14LHI9eA=="\r\n'),
            *(b'AUTHENTICATE "OAUTHBEARER" {4+}\r\n', b"STARTTLS\r\n", b"UNAUTHENTICATE\r\n"),
            *(b"CAPABILITY\r\n", b'HAVESPACE "x" 9\r\n', b'PUTSCRIPT "x" {5+}\r\nkeep;\r\n'),
            *(b'CHECKSCRIPT "keep', b"{3}\r\n", b"~{3+}\r\n", b"{2000000+}\r\n", b'SETACTIVE ""'),
            *(b'GETSCRIPT "x"', b'DELETESCRIPT "x"', b'RENAMESCRIPT "x" "y"', b"LISTSCRIPTS\r\n"),
            *(b'NOOP "x\\""\r\n', b"NOOP {1+}\r\n\0", b"LOGOUT\r\n", b"\r\n", b"\n", b'"', b" "),
            *(b"\xff", b"\xc3\xa9", b"\\", b"YmFk", b'"*"\r\n', b"require "),
        ),
    ),
}
