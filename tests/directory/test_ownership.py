"""The addresses that are an account's own."""

from __future__ import annotations

import pytest

from lemonade_server.directory import ownership
from lemonade_server.models import Account, Alias, Domain
from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import AccountId

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Account:
    return Account.objects.create_user("alice@lemonade.test", "open sesame")


def test_the_addresses_of_an_account(alice: Account) -> None:
    Account.objects.create_user("bob@lemonade.test", "x")
    Account.objects.create_user("alice+real@lemonade.test", "x")
    ours, _ = Domain.objects.get_or_create(name="lemonade.test")
    Domain.objects.create(name="lemonade.example", alias_of=ours)
    Domain.objects.create(name="bücher.example", alias_of=ours)
    Alias.objects.create_leading_to("sales@lemonade.test", "Alice@lemonade.test", "x@y.z")
    Alias.objects.create_leading_to("alice+list@lemonade.test", "bob@lemonade.test")
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
        "alice\0@lemonade.test": False,
        "": False,
    }
    with snapshot() as tx:
        for address, expected in owned.items():
            assert ownership.owns_address(tx, AccountId(alice.pk), address) is expected, address
        assert not ownership.owns_address(tx, AccountId(0), "alice@lemonade.test")


def test_the_addresses_to_choose_from(alice: Account) -> None:
    Account.objects.create_user("bob@lemonade.test", "x")
    ours, _ = Domain.objects.get_or_create(name="lemonade.test")
    Domain.objects.create(name="lemonade.example", alias_of=ours)
    Alias.objects.create_leading_to(
        "team@lemonade.test", "bob@lemonade.test", "Alice@LEMONADE.test"
    )
    Alias.objects.create_leading_to("shop@lemonade.test", "alice+shop@lemonade.test")
    Alias.objects.create_leading_to("malice@lemonade.test", "malice2@lemonade.test")
    Alias.objects.create_leading_to("team@lemonade.example", "bob@lemonade.test")
    assert ownership.own_addresses("alice") == [
        "alice@lemonade.test", "shop@lemonade.test", "team@lemonade.test",
        "alice@lemonade.example", "shop@lemonade.example",
    ]  # fmt: skip
    assert ownership.own_addresses("bob@lemonade.test") == [
        "bob@lemonade.test", "team@lemonade.example", "team@lemonade.test", "bob@lemonade.example",
    ]  # fmt: skip
    assert ownership.own_addresses("nobody@lemonade.test") == []
