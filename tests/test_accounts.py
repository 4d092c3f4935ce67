"""Logins, tokens and addresses."""

from __future__ import annotations

from unittest import mock

import pytest
from django.core import signing

from lemonade_server import accounts
from lemonade_server.models import Account, Alias, Domain
from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import AccountId

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Account:
    return Account.objects.create_user("alice@lemonade.test", "open sesame")


def test_a_login_without_domain_gets_the_default_one() -> None:
    assert accounts.canonical("Alice") == "alice@lemonade.test"
    assert accounts.canonical(" Alice@Example.ORG ") == "alice@example.org"


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@lemonade.test"])
def test_the_right_password_gives_the_identity(alice: Account, login: str) -> None:
    identity = accounts.authenticate(login, "open sesame")
    assert identity is not None
    assert (identity.id, identity.email, identity.role) == (
        alice.pk,
        alice.email,
        accounts.USER_ROLE,
    )


def test_every_failure_is_the_same_none_and_costs_a_hash(alice: Account) -> None:
    Account.objects.create_user("gone@lemonade.test", "open sesame", is_active=False)
    with mock.patch.object(accounts, "check_password", wraps=accounts.check_password) as check:
        assert accounts.authenticate("alice", "wrong") is None
        assert accounts.authenticate("nobody", "open sesame") is None
        assert accounts.authenticate("gone", "open sesame") is None
        assert accounts.authenticate("al\0ice", "open sesame") is None
    assert check.call_count == 4


def test_a_token_speaks_for_its_account(alice: Account) -> None:
    token = accounts.issue_token("alice")
    with snapshot() as tx:
        identity = accounts.verify_token(tx, token)
    assert identity is not None and identity.id == alice.pk


def test_a_token_dies_of_age_change_of_password_and_disabling(alice: Account) -> None:
    token = accounts.issue_token("alice")
    with snapshot() as tx:
        with mock.patch.object(signing.time, "time", return_value=signing.time.time() + 601):
            assert accounts.verify_token(tx, token) is None
        assert accounts.verify_token(tx, token[:-1] + "!") is None
        assert accounts.verify_token(tx, "") is None
        alice.is_active = False
        alice.save()
        assert accounts.verify_token(tx, token) is None
        alice.is_active = True
        alice.set_password("new")
        alice.save()
        assert accounts.verify_token(tx, token) is None


def test_no_token_for_nobody(alice: Account) -> None:
    with pytest.raises(LookupError):
        accounts.issue_token("nobody")


def test_a_signature_of_another_purpose_is_no_token(alice: Account) -> None:
    forged = signing.dumps([alice.email, alice.login_epoch], salt="something else")
    with snapshot() as tx:
        assert accounts.verify_token(tx, forged) is None


def test_a_session_outlives_neither_password_nor_account(alice: Account) -> None:
    identity = accounts.authenticate("alice", "open sesame")
    assert identity is not None
    with snapshot() as tx:
        assert accounts.still_valid(tx, identity)
        alice.set_password("another")
        alice.save()
        assert not accounts.still_valid(tx, identity)


def test_the_addresses_of_an_account(alice: Account) -> None:
    Account.objects.create_user("bob@lemonade.test", "x")
    Account.objects.create_user("alice+real@lemonade.test", "x")
    ours, _ = Domain.objects.get_or_create(name="lemonade.test")
    Domain.objects.create(name="lemonade.example", alias_of=ours)
    Domain.objects.create(name="bücher.example", alias_of=ours)
    Alias.objects.create(address="sales@lemonade.test", targets="Alice@lemonade.test\nx@y.z")
    Alias.objects.create(address="alice+list@lemonade.test", targets="bob@lemonade.test")
    owned = {
        "alice@lemonade.test": True,
        "Alice@Lemonade.Test": True,
        "alice+shop@lemonade.test": True,
        "sales@lemonade.test": True,
        "sales+shop@lemonade.test": True,
        "sales@lemonade.example": True,
        "sales+shop@lemonade.example": True,
        "alice+list@lemonade.example": False,
        "alice@bücher.example": True,
        "alice@xn--bcher-kva.example": True,
        "bob@xn--bcher-kva.example": False,
        "bob@lemonade.test": False,
        "alice+real@lemonade.test": False,
        "alice+list@lemonade.test": False,
        "alice@example.org": False,
        "": False,
    }
    with snapshot() as tx:
        for address, expected in owned.items():
            assert accounts.owns_address(tx, AccountId(alice.pk), address) is expected, address
        assert not accounts.owns_address(tx, AccountId(0), "alice@lemonade.test")


def test_the_addresses_to_choose_from(alice: Account) -> None:
    Account.objects.create_user("bob@lemonade.test", "x")
    ours, _ = Domain.objects.get_or_create(name="lemonade.test")
    Domain.objects.create(name="lemonade.example", alias_of=ours)
    Alias.objects.create(
        address="team@lemonade.test", targets="bob@lemonade.test\nAlice@LEMONADE.test"
    )
    Alias.objects.create(address="shop@lemonade.test", targets="alice+shop@lemonade.test")
    Alias.objects.create(address="malice@lemonade.test", targets="malice2@lemonade.test")
    Alias.objects.create(address="team@lemonade.example", targets="bob@lemonade.test")
    assert accounts.own_addresses("alice") == [
        "alice@lemonade.test", "shop@lemonade.test", "team@lemonade.test",
        "alice@lemonade.example", "shop@lemonade.example",
    ]  # fmt: skip
    assert accounts.own_addresses("bob@lemonade.test") == [
        "bob@lemonade.test", "team@lemonade.example", "team@lemonade.test", "bob@lemonade.example",
    ]  # fmt: skip
    assert accounts.own_addresses("nobody@lemonade.test") == []
