"""Signs of life during a long search (RFC 9585): told while it runs, never after it.

Shows: INPROGRESS.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest

from lemonade_server.imap.ext.inprogress import CommandProgress, read_long
from tests.mailserver import MailServer

from .client import Client


class Received(SimpleNamespace):
    """What ``read_long`` needs of a session; the search takes until that many ``signs``."""

    def __init__(self, signs: int, error: Exception | None = None) -> None:
        super().__init__(call=SimpleNamespace(tag=b'A"1'), lines=[], cancelled=False)
        self.signs, self.error = signs, error
        self.db = self.conn = self

    async def read_long(self, job: Any) -> Any:
        try:
            while len(self.lines) < self.signs:
                await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self.error is not None:
            raise self.error
        return job(None)

    def ok(self, code: bytes, text: bytes) -> None:
        self.lines.append(b"* OK [%b] %b" % (code, text))

    async def flush(self) -> None:
        if self.lines[2:]:
            raise ConnectionError("the peer is gone")


def run(received: Received) -> Any:
    return asyncio.run(read_long(received, lambda _: "found", seconds=0.05))  # type: ignore[arg-type]


def test_a_short_search_is_answered_without_a_sign() -> None:
    received = Received(signs=0)
    assert run(received) == "found"
    assert received.lines == []


def test_a_long_search_tells_its_tag_while_it_runs() -> None:
    received = Received(signs=2)
    assert run(received) == "found"
    assert len(received.lines) >= 2
    for line in received.lines:
        assert re.fullmatch(rb'\* OK \[INPROGRESS \("A\\"1" NIL NIL\)\] .+', line)


def test_its_error_is_the_commands_error() -> None:
    with pytest.raises(ValueError, match="broken"):
        run(Received(signs=1, error=ValueError("broken")))


def test_nobody_waits_for_a_client_that_is_gone() -> None:
    received = Received(signs=60)
    with pytest.raises(ConnectionError):
        run(received)
    assert received.cancelled


def test_it_is_offered_after_login_and_searches_answer_as_before(mail_server: MailServer) -> None:
    with closing(Client(mail_server, mail_server.add_account())) as client:
        client.ok("CAPABILITY")
        assert b" INPROGRESS " in client.other[0]
        letter = b"Subject: x\r\n\r\nfindme\r\n"
        client.ok(b"APPEND INBOX {%d+}\r\n%b" % (len(letter), letter))
        client.select()
        for command, answer in (
            ("SEARCH TEXT findme", b"* SEARCH 1\r\n"),
            ("SORT (DISPLAYFROM) UTF-8 TEXT findme", b"* SORT 1\r\n"),
            ("THREAD REFERENCES UTF-8 TEXT findme", b"* THREAD (1)\r\n"),
        ):
            client.ok(command)
            assert client.other == [answer]


def test_of_very_many_messages_it_tells_how_many_are_done_and_not_too_often() -> None:
    received = Received(signs=0)

    async def work(seconds: float) -> None:
        progress = CommandProgress(received, seconds)  # type: ignore[arg-type]
        for done in (500, 1_000):
            await progress.tell(done, 1_500)

    asyncio.run(work(60.0))
    assert received.lines == []
    asyncio.run(work(0.0))
    assert received.lines[0] == b'* OK [INPROGRESS ("A\\"1" 500 1500)] still working'
    assert len(received.lines) == 2
