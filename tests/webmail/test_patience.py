"""A mail server that hangs, or trickles, is said to be away: soon, wherever it stops."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from webmail.mail.imap.pool import Pool, connections
from webmail.mail.managesieve import SieveClient
from webmail.mail.message.errors import Unreachable
from webmail.outgoing.submission_client import SmtpClient
from webmail.transport import time_limit
from webmail.transport.endpoint import Endpoint

from .website import Site

GREETING = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=OAUTHBEARER] hello\r\n"


class Stub(socketserver.ThreadingTCPServer):
    """Says ``script``'s answers, one a line that comes, then hangs; or trickles for ever."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, *script: bytes, trickle: bytes = b"") -> None:
        self.script, self.trickle = script, trickle
        self.ended = threading.Event()
        super().__init__(("127.0.0.1", 0), Talk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.ended.set()
        self.shutdown()
        self.server_close()

    @property
    def address(self) -> tuple[str, int]:
        return ("127.0.0.1", self.server_address[1])


class Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Stub)
        for position, answer in enumerate(server.script):
            line = self.rfile.readline() if position else b"-"
            self.wfile.write(answer.replace(b"TAG", line.split(b" ")[0]))
        while server.trickle and not server.ended.wait(0.02):
            try:
                self.wfile.write(server.trickle)
            except OSError:
                return
        server.ended.wait(60)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(time_limit, "LIMIT", 0.4)
    monkeypatch.setattr(time_limit, "SHORT", 0.2)
    yield
    connections.close()


SCRIPTS: dict[str, tuple[bytes, ...]] = {
    "no greeting": (),
    "no capabilities": (b"* OK hello\r\n",),
    "no sign-in": (GREETING,),
    "no ENABLE": (GREETING, b"TAG OK in\r\n"),
}


@pytest.mark.parametrize(
    "trickle", [b"", b"*", b"* OK still here\r\n"], ids=["hang", "octets", "lines"]
)
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_wherever_it_stops(hasty: None, settings: Any, script: Any, trickle: bytes) -> None:
    stub = Stub(*script, trickle=trickle)
    settings.WEBMAIL_IMAP = stub.address
    settings.WEBMAIL_TOKEN = "tests.webmail.test_patience.token"
    with (
        pytest.raises(Unreachable),
        time_limit.limit_waiting(),
        Pool().session("a@b.example") as imap,
    ):
        imap.command(b"NOOP")
    stub.stop()


def token(email: str) -> str:
    return "x"


@pytest.mark.parametrize("trickle", [b"", b"2"], ids=["hang", "octets"])
def test_submission_and_filters_too(hasty: None, trickle: bytes) -> None:
    stub = Stub(trickle=trickle)
    for client in (SmtpClient, SieveClient):
        with (
            time_limit.limit_waiting(),
            contextlib.closing(client(Endpoint(*stub.address))) as found,
            pytest.raises(Unreachable),
        ):
            found.sign_in("a@b.example", "x")
    stub.stop()


def test_one_limit_for_a_request_not_one_for_each_server() -> None:
    ticks = time_limit.Clock()
    with time_limit.limit_waiting(1.0):
        started = time.monotonic()
        for _ in range(50):
            ours, theirs = socket.socketpair()
            ticks.begin()
            with pytest.raises(OSError):
                ticks.reader(ours).readline()
            ours.close()
            theirs.close()
        assert time.monotonic() - started < 45  # not 50 limits


def test_what_flows_is_waited_for_and_the_limit_begins_anew_with_each_answer() -> None:
    ours, theirs = socket.socketpair()
    clock = time_limit.Clock()
    with time_limit.limit_waiting(0.1):
        clock.begin()
        clock.octets += 60 * time_limit.RATE  # much has come
        clock.arm(ours)
        wait = ours.gettimeout()
        assert wait is not None and wait > 50
        before = time_limit.seconds_left()
        time_limit.renew()
        assert time_limit.seconds_left() > before
    ours.close()
    theirs.close()


def test_a_page_says_so_and_goes_on_afterwards(
    site: Site, settings: Any, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.text("/mail/INBOX/")
    right = settings.WEBMAIL_IMAP
    connections.close()
    stub = Stub()
    settings.WEBMAIL_IMAP = stub.address
    page = site.text("/mail/INBOX/", 503)
    assert "be reached" in page and "Try again" in page
    words = site.client.post("/mail/INBOX/act/", {"uid": 1, "do": "flag"}, headers={"X-Pane": "1"})
    assert words.status_code == 503 and "can't be reached" in words.json()["text"]
    settings.WEBMAIL_IMAP = right
    monkeypatch.undo()
    assert "Inbox" in site.text("/mail/INBOX/")
    stub.stop()
