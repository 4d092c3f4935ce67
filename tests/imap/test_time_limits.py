"""What time does to a session: login in time, autologout, signs of life, accounts that end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from lemonade_server.imap import serve, session
from lemonade_server.imap.ext import idle, starttls
from lemonade_server.imap.registry import COMMANDS, Command
from lemonade_server.imap.states import ANY
from lemonade_server.models import Account

from .inside import Wire, imap_server

BYE = b"* BYE idle for too long\r\n"


@pytest.fixture
def alice(transactional_db: None) -> Account:
    return Account.objects.create_user("alice@lemonade.test", "lemonade")


@pytest.fixture
def port(alice: Account) -> Iterator[int]:
    with imap_server() as port:
        yield port


@pytest.fixture
def wire(port: int) -> Iterator[Wire]:
    with closing(Wire(port)) as wire:
        yield wire


def login(wire: Wire) -> None:
    wire.send(b"a LOGIN alice lemonade")
    assert wire.until(b"a")[-1].startswith(b"a OK ")


def test_login_must_come_in_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command does not put it off."""
    lines = []
    for seconds in (0.3, 3.0, 30.0):  # a busy machine may need longer for the command alone
        monkeypatch.setattr(serve, "LOGIN_SECONDS", seconds)
        with closing(Wire(port)) as wire:
            wire.send(b"a NOOP")
            lines = [wire.line(), wire.line(), wire.line()]
        if lines[0] != BYE:
            break
    assert lines == [b"a OK NOOP completed\r\n", BYE, b""]


def test_autologout_says_bye(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """B-69: not before half an hour, and not without a word."""
    assert serve.AUTOLOGOUT >= 30 * 60
    login(wire)
    wire.send(b"b IDLE")
    assert wire.line() == b"+ idling\r\n"
    monkeypatch.setattr(serve, "AUTOLOGOUT", 0.3)  # from the end of this command
    wire.send(b"DONE")
    assert wire.line() == b"b OK IDLE ended\r\n"
    assert wire.line() == BYE
    assert wire.line() == b""


def test_idle_gives_a_sign_of_life_and_goes_on(
    port: int, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B-68: within 29 minutes, after which clients begin anew. B-69: time begins at its end."""
    assert idle.KEEP_ALIVE < 29 * 60
    login(wire)
    monkeypatch.setattr(idle, "KEEP_ALIVE", 0.2)
    wire.send(b"b IDLE")
    assert wire.line() == b"+ idling\r\n"
    monkeypatch.setattr(serve, "AUTOLOGOUT", 0.0)
    assert [wire.line() for _ in range(3)] == [b"* OK still here\r\n"] * 3
    monkeypatch.setattr(serve, "AUTOLOGOUT", 1800.0)
    wire.send(b"DONE")
    *signs, end = wire.until(b"b")
    assert set(signs) <= {b"* OK still here\r\n"} and end == b"b OK IDLE ended\r\n"
    with closing(Wire(port)) as other:
        login(other)  # the server has been waiting for the first one's command meanwhile
    wire.send(b"c NOOP")
    assert wire.line() == b"c OK NOOP completed\r\n"


def test_a_new_account_gets_its_mailboxes_at_login(wire: Wire) -> None:
    login(wire)
    wire.send(b'b LIST "" %')
    assert len(wire.until(b"b")) == 7


def test_a_disabled_account_is_logged_out(
    port: int, alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "RECHECK", 0.0)
    with closing(Wire(port)) as wire:
        login(wire)
        wire.send(b"b NOOP")
        assert wire.line().startswith(b"b OK ")
        Account.objects.filter(pk=alice.pk).update(is_active=False)
        wire.send(b"c NOOP")
        assert wire.line().startswith(b"* BYE [AUTHENTICATIONFAILED]")
        assert wire.line() == b""


def test_a_disabled_account_is_told_no_news_in_idle(
    port: int, alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "RECHECK", 0.0)
    with closing(Wire(port)) as idle, closing(Wire(port)) as other:
        login(idle)
        login(other)
        idle.send(b"b SELECT INBOX")
        idle.until(b"b")
        idle.send(b"c IDLE")
        assert idle.line() == b"+ idling\r\n"
        other.send(b"b APPEND INBOX {1+}\r\nx")
        assert other.until(b"b")[-1].startswith(b"b OK")
        assert [idle.line(), idle.line()] == [b"* 1 EXISTS\r\n", b"* 1 RECENT\r\n"]
        monkeypatch.setattr(session, "RECHECK", 60.0)
        other.send(b"c NOOP")
        other.until(b"c")
        Account.objects.filter(pk=alice.pk).update(is_active=False)
        other.send(b"d APPEND INBOX {1+}\r\ny")
        assert other.until(b"d")[-1].startswith(b"d OK")
        assert idle.line().startswith(b"* BYE [AUTHENTICATIONFAILED]")


def test_a_bug_is_answered_with_a_reference_and_the_connection_lives(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    row = Command(b"BREAK", broken, ANY, None, True, False, False, None)
    monkeypatch.setitem(COMMANDS, b"BREAK", row)
    wire.send(b"a BREAK")
    reply = wire.line()
    assert reply.startswith(b"a NO [SERVERBUG] ")
    reference = reply.split()[-1].decode()
    assert reference in caplog.text
    wire.send(b"b NOOP")
    assert wire.line().startswith(b"b OK ")


@pytest.mark.parametrize(
    ("setting", "is_tls", "is_loopback", "allowed"),
    [
        ("never", False, True, False),
        ("never", True, False, True),
        ("loopback", False, True, True),
        ("loopback", False, False, False),
        ("always", False, False, True),
    ],
)
def test_where_a_password_may_be_sent(
    setting: str, is_tls: bool, is_loopback: bool, allowed: bool
) -> None:
    class Fake:
        plaintext_auth = setting

    fake = Fake()
    fake.conn = fake.env = fake  # type: ignore[attr-defined]
    fake.is_tls, fake.is_loopback = is_tls, is_loopback  # type: ignore[attr-defined]
    assert starttls.may_login(fake) is allowed  # type: ignore[arg-type]
