"""App passwords: what they open, how they are typed, and how they end."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.auth import app_passwords
from lemonade_server.auth.app_password_store import MOST, AppPasswordStore, InvalidAppPassword
from lemonade_server.auth.logins import Logins
from lemonade_server.auth.web_login import check_password
from lemonade_server.models import Account, AppPassword, LoginAttempts
from lemonade_server.models.app_passwords import Scope
from tests.e2e.wire import Wire
from tests.mailserver import MailServer, encode

from .at_once import CallingThread, login

PEER = "192.0.2.7"
ALL = [scope.value for scope in Scope]


@given(st.text(max_size=60))
def test_nothing_else_has_the_shape(text: str) -> None:
    digest = app_passwords.digest_of(text)
    assert digest is None or len(text.replace("-", "").replace(" ", "").strip()) >= 25


def test_it_may_be_typed_without_its_dashes_or_in_capitals() -> None:
    secret = app_passwords.new_secret()
    assert secret != app_passwords.new_secret()
    digest = app_passwords.digest_of(secret)
    assert digest is not None
    for spelling in (secret.replace("-", ""), secret.replace("-", " "), secret.upper()):
        assert app_passwords.digest_of(spelling) == digest
    assert app_passwords.digest_of("x" * 10_000_000) is None


def by(logins: Logins, secret: str, scope: Scope | None, name: str = "alice") -> int:
    """The number of the app password that let somebody in; 0 is none."""
    identity = login(logins, secret, PEER, name, scope)
    return 0 if identity is None else identity.app_password


@pytest.mark.django_db
def test_it_opens_what_it_is_for_and_nothing_is_counted(
    alice: Account, database: CallingThread, logins: Logins
) -> None:
    secret = AppPasswordStore.issue(alice.pk, " My\tphone ", ["sending", "mail"])
    row = AppPassword.objects.get()
    assert (row.name, row.scopes, row.last_used_at) == ("My phone", "mail sending", None)
    assert secret.encode() not in bytes(row.digest)
    assert by(logins, secret, Scope.MAIL) == row.pk
    assert by(logins, secret, Scope.SENDING) == row.pk
    assert database.writes == 1  # its use, once in ten minutes
    assert not LoginAttempts.objects.exists()
    row.refresh_from_db()
    assert (row.last_used_from, row.last_used_for) == (PEER, "mail") and row.last_used_at
    assert by(logins, secret, Scope.CONTACTS) == 0
    assert by(logins, secret, None) == 0  # the web, the admin
    assert by(logins, secret, Scope.MAIL, "bob") == 0
    assert login(logins, "open sesame", PEER, "alice", Scope.MAIL) is not None


@pytest.mark.django_db
def test_it_ends(alice: Account, logins: Logins) -> None:
    secret = AppPasswordStore.issue(alice.pk, "Phone", ALL, 1)
    other = AppPasswordStore.issue(alice.pk, "Desk", ALL)
    assert by(logins, secret, Scope.MAIL)
    AppPassword.objects.filter(name="Phone").update(expires_at=int(time.time()))
    assert not by(logins, secret, Scope.MAIL)
    alice.is_active = False
    alice.save()
    assert not by(logins, other, Scope.MAIL)
    alice.is_active = True
    alice.save()
    number = by(logins, other, Scope.MAIL)
    assert AppPasswordStore.revoke(alice.pk + 1, number) is False
    assert AppPasswordStore.revoke(alice.pk, number) is True
    assert not by(logins, other, Scope.MAIL)
    assert AppPasswordStore.revoke(alice.pk, number) is False


@pytest.mark.django_db
def test_what_can_not_be_made(alice: Account) -> None:
    for name, scopes, days in (
        (" ", ALL, None),
        ("x" * 101, ALL, None),
        ("Phone", [], None),
        ("Phone", ["mail", "everything"], None),
        ("Phone", ALL, 0),
        ("Phone", ALL, 10**9),
    ):
        with pytest.raises(InvalidAppPassword):
            AppPasswordStore.issue(alice.pk, name, scopes, days)
    for number in range(MOST):
        AppPasswordStore.issue(alice.pk, str(number), ALL)
    with pytest.raises(InvalidAppPassword, match="revoke one"):
        AppPasswordStore.issue(alice.pk, "One more", ALL)


@pytest.mark.django_db
def test_the_web_side_takes_it_only_where_it_says_so(alice: Account) -> None:
    secret = AppPasswordStore.issue(alice.pk, "Phone", ["contacts"])
    identity = check_password("alice", secret, PEER, Scope.CONTACTS)
    assert identity is not None and identity.app_password
    assert check_password("alice", secret, PEER, Scope.MAIL) is None
    assert check_password("alice", secret, PEER) is None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = MailServer(tmp_path_factory.mktemp("apps"))
    server.start()
    yield server
    server.stop()


def test_over_the_wire_until_it_is_revoked(server: MailServer) -> None:
    email = server.add_account("apps")
    secret, number = server.call("issue_app_password", email, ["mail"])
    idle, sieve = Wire(server), Wire(server, "sieve")
    assert idle.ask(f'LOGIN {email} "{secret}"'.encode()).startswith(b"OK")
    idle.ask(b"SELECT INBOX")
    idle.send(b"i IDLE\r\n")
    assert idle.line() == b"+ idling\r\n"
    while not sieve.line().startswith(b"OK"):
        pass
    plain = encode(f"\0{email}\0{secret}")
    sieve.send(f'AUTHENTICATE "PLAIN" "{plain}"\r\n'.encode())
    assert sieve.line().startswith(b"NO"), "it is for mail alone"
    other = Wire(server).login(email)
    server.call("set_password", email, "another one")
    assert other.line().startswith(b"* BYE"), "it came by the account's own password"
    idle.send(b"DONE\r\n")
    assert idle.line().startswith(b"i OK")
    assert idle.ask(b"NOOP").startswith(b"OK"), "it outlives that"
    idle.send(b"j IDLE\r\n")
    assert idle.line() == b"+ idling\r\n"
    server.call("revoke_app_password", email, number)
    assert idle.line().startswith(b"* BYE [AUTHENTICATIONFAILED]")
    again = Wire(server)
    assert again.ask(f'LOGIN {email} "{secret}"'.encode()).startswith(b"NO")
    for wire in (idle, other, sieve, again):
        wire.close()
