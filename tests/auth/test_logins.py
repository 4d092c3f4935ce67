"""Password checks of the servers: what is remembered of right ones, and the brake on wrong ones."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from pytest_django import Settings

from lemonade_server.auth import brake, tokens
from lemonade_server.auth.logins import Logins
from lemonade_server.auth.passwords import credentials
from lemonade_server.auth.refusal import Busy, Paused
from lemonade_server.directory import accounts
from lemonade_server.models import Account, LoginAttempts
from lemonade_server.store.db import snapshot
from lemonade_server.wire.network_addresses import networks

from .at_once import AtOnce, CallingThread, login

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_passwords")]


@pytest.fixture
def checks() -> Iterator[mock.MagicMock]:
    with mock.patch.object(credentials, "is_right", wraps=credentials.is_right) as check:
        yield check


def fail(logins: Logins, times: int, peer: str = "10.0.0.1", name: str = "alice") -> None:
    for number in range(times):
        assert login(logins, f"wrong {number}", peer, name) is None


def test_a_known_client_costs_one_read_and_nothing_is_written(
    alice: Account, logins: Logins, checks: mock.MagicMock, database: CallingThread
) -> None:
    assert login(logins, "open sesame")
    written = database.writes
    for _ in range(3):
        identity = login(logins, "open sesame")
        assert identity is not None and identity.id == alice.pk
    assert (checks.call_count, database.writes) == (1, written)
    assert login(logins, "wrong") is None
    assert checks.call_count == 2


def test_one_wrong_password_makes_the_right_one_be_counted_again(
    alice: Account, logins: Logins, checks: mock.MagicMock
) -> None:
    """Otherwise who shares an address with a client could guess without being counted."""
    assert login(logins, "open sesame")
    fail(logins, brake.PER_PAIR)
    checks.reset_mock()
    with pytest.raises(Paused):
        login(logins, "open sesame")
    assert checks.call_count == 0


def test_what_is_remembered_is_so_for_that_address(
    alice: Account, logins: Logins, checks: mock.MagicMock
) -> None:
    assert login(logins, "open sesame")
    fail(logins, brake.PER_PAIR, peer="10.0.0.2")
    with pytest.raises(Paused):
        login(logins, "open sesame", peer="10.0.0.2")
    assert login(logins, "open sesame")


def test_a_changed_password_counts_at_once(alice: Account, logins: Logins) -> None:
    assert login(logins, "open sesame")
    alice.set_password("another")
    alice.save()
    assert login(logins, "open sesame") is None
    assert login(logins, "another")


def test_a_disabled_account_is_out_at_once(alice: Account, logins: Logins) -> None:
    assert login(logins, "open sesame")
    alice.is_active = False
    alice.save()
    assert login(logins, "open sesame") is None


def test_guessing_is_stopped_for_that_peer_without_a_check(
    alice: Account, logins: Logins, checks: mock.MagicMock, database: CallingThread
) -> None:
    fail(logins, brake.PER_PAIR)
    checks.reset_mock()
    written = database.writes
    with pytest.raises(Paused, match="try again in 5 minutes, at "):
        login(logins, "open sesame")
    assert (checks.call_count, database.writes) == (0, written), "a pause is read, not written"
    assert login(logins, "open sesame", peer="10.0.0.2")


def test_another_address_of_the_same_network_is_the_same_guesser(
    alice: Account, logins: Logins
) -> None:
    for number in range(brake.PER_PAIR):
        assert login(logins, "wrong", peer=f"2001:db8::{number}") is None
    with pytest.raises(Paused):
        login(logins, "open sesame", peer="2001:db8::ffff")
    assert login(logins, "open sesame", peer="2001:db8:0:1::1")


def test_a_pause_says_nothing_of_who_is_here(alice: Account, logins: Logins) -> None:
    for name in ("alice", "nobody"):
        fail(logins, brake.PER_PAIR, name=name)
        with pytest.raises(Paused) as pause:
            login(logins, "open sesame", name=name)
        assert 0 < pause.value.seconds <= brake.PAIR_WINDOW


def test_exempt_networks_are_not_counted(
    alice: Account, logins: Logins, settings: Settings, database: CallingThread
) -> None:
    exempt = {"login_exempt_networks": networks("192.0.2.0/24, 2001:db8::/32")}
    settings.LEMONADE = mock.Mock(wraps=settings.LEMONADE, domain="lemonade.test", **exempt)
    fail(logins, 3 * brake.PER_PAIR, peer="192.0.2.9")
    fail(logins, 3 * brake.PER_PAIR, peer="::ffff:192.0.2.9")
    fail(logins, 3 * brake.PER_PAIR, peer="2001:db8:77::1")
    assert login(logins, "open sesame", peer="192.0.2.9")
    assert not LoginAttempts.objects.exists() and database.writes == 0


def test_a_login_of_any_length_and_kind_takes_little_room(logins: Logins) -> None:
    for name in ("x" * 100_000, "nul\0nul@x", "wéird\r\n\x1b@x"):
        assert login(logins, "wrong", name=name) is None
    assert login(logins, "wrong", peer="y" * 1000) is None
    longest = [max(len(row.login), len(row.address)) for row in LoginAttempts.objects.all()]
    assert max(longest) <= accounts.LONGEST_LOGIN


def test_a_full_disk_lets_people_in_and_brakes_all_the_same(
    alice: Account, logins: Logins, database: CallingThread
) -> None:
    database.full = True
    assert login(logins, "open sesame")
    fail(logins, brake.PER_PAIR)
    with pytest.raises(Paused):
        login(logins, "open sesame")
    assert login(logins, "open sesame", peer="10.0.0.2")


def test_too_many_at_once_are_told_to_come_again(alice: Account, database: CallingThread) -> None:
    workers = AtOnce(most_waiting=3, most_of_one=2)
    logins = Logins(database, workers)  # type: ignore[arg-type]
    with workers.admission("10.0.0.1"):
        assert login(logins, "open sesame")
    with workers.admission("10.0.0.2"), workers.admission("10.0.0.2"):
        with pytest.raises(Busy):
            login(logins, "open sesame", peer="10.0.0.2")
        assert login(logins, "wrong", peer="10.0.0.3") is None
    assert not LoginAttempts.objects.filter(address="10.0.0.2").exists(), "it was not looked at"


def test_an_older_hash_is_made_anew_and_nothing_ends(alice: Account, logins: Logins) -> None:
    older = PBKDF2PasswordHasher().encode("open sesame", "salt", 1000)
    Account.objects.filter(pk=alice.pk).update(password=older)
    token, session = tokens.issue_token("alice"), alice.get_session_auth_hash()
    assert login(logins, "open sesame")
    alice.refresh_from_db()
    assert alice.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert alice.check_password("open sesame")
    assert alice.get_session_auth_hash() == session
    with snapshot() as tx:
        assert tokens.verify_token(tx, token) is not None
    assert login(logins, "open sesame")


def test_a_password_that_came_hashed_gets_its_keys_at_the_first_login(
    alice: Account, logins: Logins
) -> None:
    older = PBKDF2PasswordHasher().encode("open sesame", "salt", 1000)
    Account.objects.filter(pk=alice.pk).update(
        password=older, scram_iterations=0, scram_salt=b"", scram_stored_key=b"",
        scram_server_key=b"", scram_sha1=None,
    )  # fmt: skip
    assert login(logins, "wrong") is None
    alice.refresh_from_db()
    assert not alice.scram_iterations
    assert login(logins, "open sesame")
    alice.refresh_from_db()
    assert alice.scram_iterations and alice.scram_sha1 and alice.password.startswith("argon2$")
    assert login(logins, "open sesame", peer="10.0.0.9")


def test_tokens_are_not_counted(alice: Account, logins: Logins) -> None:
    token = tokens.issue_token("alice")
    coroutine = logins.token(token)
    with pytest.raises(StopIteration) as done:
        coroutine.send(None)
    assert done.value.value.email == alice.email
    assert not LoginAttempts.objects.exists()
