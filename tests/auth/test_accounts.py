"""Logins and tokens."""

from __future__ import annotations

import time
from unittest import mock

import pytest
from django.core import signing

from lemonade_server.auth import tokens
from lemonade_server.auth.passwords import credentials
from lemonade_server.directory import accounts
from lemonade_server.models import Account
from lemonade_server.models.accounts import scram_keys
from lemonade_server.store.db import snapshot
from tests.logins import authenticate

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Account:
    return Account.objects.create_user("alice@lemonade.test", "open sesame")


def test_a_login_without_domain_gets_the_default_one() -> None:
    assert accounts.canonical("Alice") == "alice@lemonade.test"
    assert accounts.canonical(" Alice@Example.ORG ") == "alice@example.org"


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@lemonade.test"])
def test_the_right_password_gives_the_identity(alice: Account, login: str) -> None:
    identity = authenticate(login, "open sesame")
    assert identity is not None
    assert (identity.id, identity.email, identity.role) == (
        alice.pk,
        alice.email,
        accounts.USER_ROLE,
    )


def test_every_failure_is_the_same_none_and_costs_a_hash(alice: Account) -> None:
    Account.objects.create_user("gone@lemonade.test", "open sesame", is_active=False)
    with mock.patch.object(credentials, "scram_keys", wraps=scram_keys) as check:
        assert authenticate("alice", "wrong") is None
        assert authenticate("nobody", "open sesame") is None
        assert authenticate("gone", "open sesame") is None
        assert authenticate("al\0ice", "open sesame") is None
    assert check.call_count == 4


def test_a_token_speaks_for_its_account(alice: Account) -> None:
    token = tokens.issue_token("alice")
    with snapshot() as tx:
        identity = tokens.verify_token(tx, token)
    assert identity is not None and identity.id == alice.pk


def test_a_token_dies_of_age_change_of_password_and_disabling(alice: Account) -> None:
    token = tokens.issue_token("alice")
    with snapshot() as tx:
        with mock.patch.object(time, "time", return_value=time.time() + 601):
            assert tokens.verify_token(tx, token) is None
        assert tokens.verify_token(tx, token[:-1] + "!") is None
        assert tokens.verify_token(tx, "") is None
        alice.is_active = False
        alice.save()
        assert tokens.verify_token(tx, token) is None
        alice.is_active = True
        alice.set_password("new")
        alice.save()
        assert tokens.verify_token(tx, token) is None


def test_no_token_for_nobody(alice: Account) -> None:
    with pytest.raises(LookupError):
        tokens.issue_token("nobody")


def test_a_signature_of_another_purpose_is_no_token(alice: Account) -> None:
    forged = signing.dumps([alice.email, alice.login_epoch], salt="something else")
    with snapshot() as tx:
        assert tokens.verify_token(tx, forged) is None


def test_a_session_outlives_neither_password_nor_account(alice: Account) -> None:
    identity = authenticate("alice", "open sesame")
    assert identity is not None
    with snapshot() as tx:
        assert accounts.still_valid(tx, identity)
        alice.set_password("another")
        alice.save()
        assert not accounts.still_valid(tx, identity)
