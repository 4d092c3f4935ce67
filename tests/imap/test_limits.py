"""Long commands are taken up to a limit, and what is too long ends in BAD: B-25, X-09."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.mailserver import MailServer

from .client import Client
from .inside import Wire


@pytest.fixture
def client(mail_server: MailServer) -> Iterator[Client]:
    with closing(Client(mail_server, mail_server.add_account())) as client:
        client.select()
        yield client


def test_a_set_of_ten_thousand_items_is_accepted(client: Client) -> None:
    numbers = ",".join(str(n) for n in range(1, 20_001, 2))
    assert len(numbers) > 50_000
    client.ok(f"UID FETCH {numbers} FLAGS")
    client.ok(f"UID FETCH 4294967295:1,{numbers} FLAGS")


def test_a_line_without_end_is_refused_and_the_connection_lives(client: Client) -> None:
    assert client.finish(client.send("NOOP " + "x" * 3_000_000)).startswith(b"BAD")
    client.ok("NOOP")


def test_endless_nesting_is_refused(client: Client) -> None:
    deep = "(" * 10_000 + "ALL" + ")" * 10_000
    assert client.finish(client.send(f"SEARCH {deep}")).startswith(b"BAD")
    client.ok("NOOP")


@pytest.mark.parametrize("pattern", ["%*" * 5_000, "x" * 3_000])
def test_long_patterns_are_refused(client: Client, pattern: str) -> None:
    assert client.finish(client.send(f'LIST "" {pattern}')).startswith(b"BAD")
    many = " ".join(["a*"] * 1_000)
    assert client.finish(client.send(f'LIST "" ({many})')).startswith(b"BAD")


def test_many_literals_of_one_command_are_bounded(client: Client) -> None:
    literals = b"{50000+}\r\n" + b"x" * 50_000 + b" "
    reply = client.finish(client.send(b"SEARCH " + (b"SUBJECT " + literals) * 20))
    assert reply.startswith((b"BAD", b"NO [TOOBIG]"))
    client.ok("NOOP")


def test_less_is_allowed_before_login(mail_server: MailServer) -> None:
    with closing(Wire(mail_server.ports["imap"])) as wire:
        wire.send(b"a LOGIN x " + b"y" * 70_000)
        assert wire.line().startswith(b"a BAD")
        wire.send(b"b LOGIN {40000}")
        assert wire.line().startswith(b"b NO [TOOBIG]")
        wire.send(b"c APPEND INBOX {10}")
        assert wire.line().startswith(b"c BAD")


VALUES = {
    "plain": b'"%b"' % (b"v" * 1024),
    "escaped": b'"%b"' % (rb"\"" * 1024),
    "literal": b"{1024+}\r\n" + b"v" * 1024,
    "eight_bit": b'"%b"' % (b"\xc3\xa9" * 512),
}


def longest_id(value: bytes, count: int = 30) -> bytes:
    """As many fields as RFC 2971 §3.3 allows, each with a name of 30 octets."""
    return b"ID (%b)" % b" ".join(b'"%030d" %b' % (at, value) for at in range(count))


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_the_longest_id_is_taken_before_login_and_after(
    mail_server: MailServer, client: Client, value: bytes
) -> None:
    client.ok(longest_id(value))
    with closing(Wire(mail_server.ports["imap"])) as wire:
        for number in (29, 30):
            wire.send(b"a " + longest_id(value, number))
            assert wire.line().startswith(b"* ID (")
            assert wire.line().startswith(b"a OK")
        wire.send(b"b " + longest_id(b"NIL", 31))
        assert wire.line().startswith(b"b BAD")
        wire.send(b'c ID ("name" "' + b"v" * 1025 + b'")')
        assert wire.line().startswith(b"c BAD")
        wire.send(b'd ID ("' + b"n" * 31 + b'" NIL)')
        assert wire.line().startswith(b"d BAD")
        wire.send(b"e NOOP")
        assert wire.line().startswith(b"e OK")


def test_one_command_opens_a_limited_number_of_files(client: Client) -> None:
    octets = b"x" * 70_000
    message = b" {%d+}\r\n%b" % (len(octets), octets)
    assert client.finish(client.send(b"APPEND INBOX" + message * 101)).startswith(b"NO [LIMIT]")
    client.ok("NOOP")
    client.ok(b"APPEND INBOX" + message * 5)
