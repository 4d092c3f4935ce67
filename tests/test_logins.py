"""Password checks of the servers: the cache of right passwords and the brake on wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar
from unittest import mock

import pytest

from lemonade_server import accounts
from lemonade_server.accounts import Logins
from lemonade_server.models import Account
from lemonade_server.store.db import Tx, snapshot

pytestmark = pytest.mark.django_db
T = TypeVar("T")


class CallingThread:
    """A Database whose jobs run at once, inside the test's own transaction."""

    async def read(self, job: Callable[[Tx], T]) -> T:
        with snapshot() as tx:
            return job(tx)

    async def run(self, job: Callable[[], T]) -> T:
        return job()


@pytest.fixture
def alice() -> Account:
    return Account.objects.create_user("alice@lemonade.test", "open sesame")


@pytest.fixture
def logins() -> Logins:
    return Logins(CallingThread())  # type: ignore[arg-type]


@pytest.fixture
def hashes() -> Iterator[mock.MagicMock]:
    with mock.patch.object(accounts, "check_password", wraps=accounts.check_password) as check:
        yield check


def login(logins: Logins, password: str, peer: str = "10.0.0.1") -> accounts.Identity | None:
    # Not asyncio.run: Django takes a running loop for a mistake, and there is nothing to wait for.
    coroutine = logins.password("alice", password, peer)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    raise AssertionError("the login waits for something")


def test_a_right_password_is_hashed_once(
    alice: Account, logins: Logins, hashes: mock.MagicMock
) -> None:
    for _ in range(3):
        identity = login(logins, "open sesame")
        assert identity is not None and identity.id == alice.pk
    assert hashes.call_count == 1
    assert login(logins, "wrong") is None
    assert hashes.call_count == 2


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


def test_guessing_is_stopped_for_that_peer_without_a_hash(
    alice: Account, logins: Logins, hashes: mock.MagicMock
) -> None:
    for _ in range(10):
        assert login(logins, "wrong") is None
    hashes.reset_mock()
    assert login(logins, "open sesame") is None
    assert hashes.call_count == 0
    assert login(logins, "open sesame", peer="10.0.0.2")


def test_another_address_of_the_same_network_is_the_same_guesser(
    alice: Account, logins: Logins, hashes: mock.MagicMock
) -> None:
    for number in range(10):
        assert login(logins, "wrong", peer=f"2001:db8::{number}") is None
    hashes.reset_mock()
    assert login(logins, "open sesame", peer="2001:db8::ffff") is None
    assert hashes.call_count == 0
    assert login(logins, "open sesame", peer="2001:db8:0:1::1")


def test_a_login_of_any_length_takes_little_memory(logins: Logins) -> None:
    coroutine = logins.password("x" * 100_000, "wrong", "10.0.0.1")
    with pytest.raises(StopIteration):
        coroutine.send(None)
    assert max(len(login) for _, login in logins.throttle._failures) < 400


def test_tokens_are_not_braked(alice: Account, logins: Logins) -> None:
    token = accounts.issue_token("alice")
    coroutine = logins.token(token)
    with pytest.raises(StopIteration) as done:
        coroutine.send(None)
    assert done.value.value.email == alice.email
