"""BURL of a ticket on an IMAP server elsewhere: only a trusted one, within a size and a time.

Shows: BURL.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from lemonade_server.submission import remote_fetch as fetching
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.trusted_servers import TrustedServer, trusted_servers
from tests.certificates import Authority
from tests.mailserver import free_ports

from .remote_imap import Foreign, running

TICKET = "imap://alice@localhost/Sent;UID=1;URLAUTH=submit+alice:internal:00"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    found = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(found.path))
    return found


def tls(authority: Authority, name: str = "localhost") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue(name))
    return context


def fetch(foreign: Foreign, scheme: str = "imap+plain", most: int = 100_000) -> bytes | Reply:
    """What a ticket gives, or the refusal."""
    got = bytearray()

    async def take(octets: bytes) -> None:
        got.extend(octets)

    server = TrustedServer("localhost", foreign.port, scheme, "submit", "xyzzy")
    writers: list[asyncio.StreamWriter] = []
    connect = asyncio.open_connection

    async def noted(*args: Any, **options: Any) -> Any:
        reader, writer = await connect(*args, **options)
        writers.append(writer)
        return reader, writer

    async def whole() -> int:
        """With the end of its connection, which it leaves to a loop that goes on."""
        try:
            return await fetching.fetch(server, TICKET.encode(), most, take)
        finally:
            for writer in writers:
                with suppress(OSError):
                    await asyncio.wait_for(writer.wait_closed(), 60)

    try:
        with mock.patch.object(asyncio, "open_connection", noted):
            size = asyncio.run(whole())
    except Reply as refusal:
        assert "xyzzy" not in refusal.text
        return refusal
    assert size == len(got)
    return bytes(got)


def refused(answer: bytes | Reply) -> tuple[int, str]:
    assert isinstance(answer, Reply), answer
    return answer.code, answer.enhanced


@pytest.mark.parametrize("scheme", ["imap", "imaps", "imap+plain"])
def test_a_ticket_is_redeemed(authority: Authority, scheme: str) -> None:
    message = b"Subject: tea\r\n\r\nAt five?\r\n"
    with running(Foreign({TICKET: message})) as foreign:
        foreign.tls, foreign.implicit = tls(authority), scheme == "imaps"
        assert fetch(foreign, scheme) == message
    begun = ["STARTTLS"] if scheme == "imap" else []
    assert foreign.lines == [*begun, 'LOGIN "submit" "xyzzy"', f'URLFETCH "{TICKET}"', "LOGOUT"]


def test_quoted_and_empty_answers() -> None:
    with running(Foreign({TICKET: b""})) as foreign:
        assert fetch(foreign) == b""
        foreign.answers["DATA"] = b'"say \\"hi\\" \\\\"\r\n'
        assert fetch(foreign) == b'say "hi" \\'
        foreign.answers["DATA"] = b"NIL\r\n"
        assert refused(fetch(foreign)) == (554, "5.6.6")
        foreign.answers = {"URLFETCH": b" NO no such thing\r\n"}
        assert refused(fetch(foreign)) == (554, "5.6.6")


def test_what_is_too_large_is_not_read() -> None:
    """X-08: ten gigabytes are announced; none of them is taken."""
    with running(Foreign(answers={"DATA": b"{10000000000}\r\nabc"})) as foreign:
        assert refused(fetch(foreign)) == (552, "5.3.4")


@pytest.mark.parametrize("command", ["LOGIN", "URLFETCH"])
def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    with running(Foreign(silent=command)) as foreign:
        assert refused(fetch(foreign)) == (451, "4.4.1")


@pytest.mark.parametrize(
    "answers",
    [
        {"GREETING": b"* BYE not today\r\n"}, {"GREETING": b"x" * 100_000},
        {"DATA": b"what\r\n"}, {"DATA": b"{30}\r\nshort"},
    ],
)  # fmt: skip
def test_a_server_that_talks_nonsense(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, bytes]
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 2.0)
    with running(Foreign({TICKET: b"x"}, answers)) as foreign:
        assert refused(fetch(foreign)) == (451, "4.4.1")


def test_a_server_that_can_not_be_reached() -> None:
    """P-29."""
    (port,) = free_ports(1)
    assert refused(fetch(Foreign(port=port))) == (451, "4.4.1")


def test_a_server_that_does_not_know_us() -> None:
    with running(Foreign(answers={"LOGIN": b" NO who?\r\n"})) as foreign:
        assert refused(fetch(foreign)) == (554, "5.7.14")


@pytest.mark.parametrize("name", ["elsewhere.test", ""])
def test_no_password_goes_to_a_server_that_does_not_prove_itself(
    authority: Authority, name: str
) -> None:
    with running(Foreign({TICKET: b"x"})) as foreign:
        if name:
            foreign.tls = tls(authority, name)
        else:
            foreign.answers["STARTTLS"] = b" BAD what?\r\n"
        assert refused(fetch(foreign, "imap")) == (451, "4.4.1")
    assert not any("xyzzy" in line for line in foreign.lines)


def test_the_setting() -> None:
    text = "imap.test us secret; imaps://mail.example.net:1993 submit p;imap+plain://[::1] a b"
    assert trusted_servers("") == ()
    assert [(each.host, each.port, each.scheme) for each in trusted_servers(text)] == [
        ("imap.test", 143, "imap"), ("mail.example.net", 1993, "imaps"),
        ("::1", 143, "imap+plain"),
    ]  # fmt: skip
    assert "secret" not in repr(trusted_servers(text))
    for wrong in ("host us", "http://host us secret", "imap://us@host us secret", "imap://[ a b"):
        with pytest.raises(ValueError, match="LEMONADE_BURL_SERVERS") as error:
            trusted_servers(wrong)
        assert "secret" not in str(error.value)
