"""Fetching what a ticket stands for from an IMAP server elsewhere (RFC 4467 §7 URLFETCH).

As little of IMAP as that takes: TLS, LOGIN, URLFETCH, LOGOUT. All of it must be over within a time,
and the answer within a size, whatever the other server does.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable

from lemonade_server.wire.errors import Reply
from lemonade_server.wire.syntax import quoted_string
from lemonade_server.wire.trusted_servers import TrustedServer

SECONDS = 60.0
LINE = 16_384
BATCH = 262_144

_LITERAL = re.compile(rb"\{(\d{1,12})\}\r\n\Z")
_ANSWER = re.compile(rb"\* URLFETCH ", re.IGNORECASE)

Sink = Callable[[bytes], Awaitable[object]]


class UnexpectedReply(Exception):
    """The server says what nobody could expect."""


async def fetch(server: TrustedServer, url: bytes, most: int, sink: Sink) -> int:
    """Give what the URL stands for to ``sink``, piece by piece; how many octets it was.

    Raises Reply: 554 5.6.6 nothing there, 552 5.3.4 larger than ``most``, 451 4.4.1 not reached,
    554 5.7.14 no login.
    """
    try:
        async with asyncio.timeout(SECONDS):
            return await _Fetching(server, most, sink).run(url)
    except (OSError, TimeoutError, EOFError, UnexpectedReply, asyncio.LimitOverrunError) as error:
        words = str(error) or type(error).__name__
        raise Reply(451, "4.4.1", f"{server.host} could not be asked: {words}") from error


class _Fetching:
    """One connection for one URL."""

    def __init__(self, server: TrustedServer, most: int, sink: Sink) -> None:
        self._server = server
        self._most = most
        self._sink = sink
        self._tags = 0

    async def run(self, url: bytes) -> int:
        tls = _context() if self._server.scheme == "imaps" else None
        name = self._server.host if tls else None
        self._reader, self._writer = await asyncio.open_connection(
            self._server.host, self._server.port, ssl=tls, server_hostname=name, limit=LINE
        )
        try:
            if not (await self._line()).upper().startswith(b"* OK"):
                raise UnexpectedReply("it does not greet")
            await self._log_in()
            size = await self._fetch(url)
        except BaseException:
            self._writer.transport.abort()  # what is not sent yet is of no use any more
            raise
        self._writer.close()
        return size

    async def _log_in(self) -> None:
        if self._server.scheme == "imap":
            if not await self._command(b"STARTTLS"):
                raise UnexpectedReply("it offers no TLS")
            await self._writer.start_tls(_context(), server_hostname=self._server.host)
        name, password = (
            quoted_string(self._server.login.encode()),
            quoted_string(self._server.password.encode()),
        )
        if not await self._command(b"LOGIN %b %b" % (name, password)):
            raise Reply(554, "5.7.14", f"{self._server.host} does not let us in")

    async def _command(self, text: bytes) -> bool:
        """Whether the answer to a command is OK; what comes untagged meanwhile is passed over."""
        tag = self._send(text)
        while True:
            line = await self._line()
            if line.startswith(tag + b" "):
                return line[len(tag) + 1 :].upper().startswith(b"OK")
            found = _LITERAL.search(line)
            if found is not None:
                await self._reader.readexactly(min(int(found[1]), LINE))

    def _send(self, text: bytes) -> bytes:
        self._tags += 1
        tag = b"L%d" % self._tags
        self._writer.write(b"%b %b\r\n" % (tag, text))
        return tag

    async def _line(self) -> bytes:
        return await self._reader.readuntil(b"\r\n")

    async def _fetch(self, url: bytes) -> int:
        tag = self._send(b"URLFETCH " + quoted_string(url))
        size: int | None = None
        while True:
            line = await self._line()
            if line.startswith(tag + b" "):
                break
            if _ANSWER.match(line) and size is None:
                size = await self._octets(line, url)
        ok = line[len(tag) + 1 :].upper().startswith(b"OK")
        self._send(b"LOGOUT")
        if not ok or size is None:
            raise Reply(554, "5.6.6", "The URL gives nothing")
        return size

    async def _octets(self, line: bytes, url: bytes) -> int | None:
        """The string behind the URL in an answer; None for NIL."""
        rest = _ANSWER.sub(b"", line, count=1)
        whole = _LITERAL.fullmatch(rest)
        if whole is not None:  # the URL is a literal itself
            await self._reader.readexactly(self._fits(int(whole[1])))
            rest = (await self._line()).removeprefix(b" ")
        else:
            rest = _behind(rest, url)
        found = _LITERAL.fullmatch(rest)
        if found is not None:
            return await self._literal(self._fits(int(found[1])))
        word = rest.strip()
        if word.upper() == b"NIL":
            return None
        if len(word) < 2 or word[:1] != b'"' or word[-1:] != b'"':
            raise UnexpectedReply("it answers with no string")
        octets = re.sub(rb'\\(["\\])', rb"\1", word[1:-1])
        await self._sink(octets)
        return len(octets)

    def _fits(self, size: int) -> int:
        if size > self._most:
            raise Reply(552, "5.3.4", f"The URL stands for {size} octets, which is too much")
        return size

    async def _literal(self, size: int) -> int:
        left = size
        while left:
            octets = await self._reader.read(min(left, BATCH))
            if not octets:
                raise EOFError("it closed the connection in the middle")
            left -= len(octets)
            await self._sink(octets)
        await self._line()  # the end of the answer's line
        return size


def _behind(rest: bytes, url: bytes) -> bytes:
    """What follows the URL, as an atom or a quoted string, in an answer."""
    for form in (quoted_string(url), url):
        if rest.startswith(form + b" "):
            return rest[len(form) + 1 :]
    raise UnexpectedReply("it answers for another URL")


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
