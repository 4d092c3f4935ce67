"""What rspamd thinks of a message, asked over HTTP (its ``/checkv2``).

It is asked, never waited for: when it is gone, slow or says nothing that can be read, the message
goes on as if there were no filter.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog

log = structlog.get_logger()

PATH = "/checkv2"
SECONDS = 20.0
"""For connecting, the whole message and the answer together."""
AT_ONCE = 16
PIECE = 65_536
LARGEST = 1_048_576
"""Octets of an answer."""

REJECT, LATER, JUNK, FINE = "reject", "later", "junk", "fine"
_ACTIONS = {
    "reject": REJECT,
    "discard": REJECT,  # nothing vanishes here without a word
    "soft reject": LATER,
    "greylist": LATER,
    "add header": JUNK,
    "rewrite subject": JUNK,
    "quarantine": JUNK,
    "no action": FINE,
}


_TROUBLE = (OSError, http.client.HTTPException, ValueError, OverflowError, RecursionError)
"""A time-out, too; the last three are of strange JSON."""


class Octets(Protocol):
    """A part of a message that lies somewhere."""

    def __len__(self) -> int: ...

    def __getitem__(self, span: slice, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class ScreenedEnvelope:
    """What the host said before the message."""

    peer: str
    helo: str
    sender: str
    recipients: Sequence[str]


@dataclass(frozen=True, slots=True)
class Opinion:
    """``action`` is one of those above; ``text`` the filter's own words for the sender."""

    action: str
    score: float
    required: float
    text: str = ""

    def field(self) -> bytes:
        """The header field with its line end."""
        word = "Yes" if self.action == JUNK else "No"
        text = f"{word}, score={self.score:.2f} required={self.required:.2f}"
        return f"X-Spam-Status: {text}\r\n".encode("ascii")


FIELD = b"X-Spam-Status"


async def ask(url: str, envelope: ScreenedEnvelope, parts: Sequence[Octets]) -> Opinion | None:
    """Its opinion, None when there is none in time. The event loop is not held up."""
    question = _Question(url, envelope, parts)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(SECONDS):
            return await loop.run_in_executor(_threads(), question.put)
    except _TROUBLE as error:
        log.warning("rspamd_silent", error=str(error) or type(error).__name__)
        return None
    finally:
        question.end()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="rspamd")


class _Question:
    """One request. Ended from outside, so that no thread waits for a host that drips."""

    def __init__(self, url: str, envelope: ScreenedEnvelope, parts: Sequence[Octets]) -> None:
        where = urlsplit(url)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        host = where.hostname or ""
        self._connection = kinds[where.scheme](host, where.port, timeout=SECONDS)
        self._path = where.path.rstrip("/") + PATH
        self._envelope = envelope
        self._parts = parts
        self._ended = False

    def put(self) -> Opinion:
        """Blocks. Raises what ``_TROUBLE`` lists."""
        connection = self._connection
        try:
            connection.connect()
            if self._ended:
                raise TimeoutError
            connection.putrequest("POST", self._path)
            for name, value in self._headers():
                connection.putheader(name, value.encode())
            connection.endheaders()
            for piece in _pieces(self._parts):
                connection.send(piece)
            response = connection.getresponse()
            if response.status != 200:
                raise ValueError(f"it answers {response.status}")
            return _read(response.read(LARGEST))
        finally:
            connection.close()

    def end(self) -> None:
        """Let go of the connection, whoever waits for it."""
        self._ended = True
        with suppress(OSError, AttributeError):  # closed, or not even open
            self._connection.sock.shutdown(socket.SHUT_RDWR)

    def _headers(self) -> Iterator[tuple[str, str]]:
        yield "Content-Type", "text/plain"
        yield "Content-Length", str(sum(map(len, self._parts)))
        yield "IP", self._envelope.peer
        yield "Helo", self._envelope.helo
        yield "From", self._envelope.sender
        for recipient in self._envelope.recipients:
            yield "Rcpt", recipient


def _pieces(parts: Sequence[Octets]) -> Iterator[bytes]:
    for part in parts:
        for start in range(0, len(part), PIECE):
            yield part[start : start + PIECE]


def _read(answer: bytes) -> Opinion:
    """Raises ValueError, OverflowError, RecursionError for what is no answer of rspamd."""
    found = json.loads(answer)
    action = _ACTIONS.get(str(found.get("action"))) if isinstance(found, dict) else None
    if action is None:
        raise ValueError("it answers something else")
    messages = found.get("messages")
    text = messages.get("smtp_message") if isinstance(messages, dict) else None
    return Opinion(
        action,
        _number(found.get("score")),
        _number(found.get("required_score")),
        text if isinstance(text, str) else "",
    )


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
