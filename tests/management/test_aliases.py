"""The alias command, as an admin types it."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.models import Account, Alias, Domain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def people() -> None:
    Domain.objects.create(name="lemonade.test")
    for name in ("alice", "bob"):
        Account.objects.create(email=f"{name}@lemonade.test")


def alias(*words: str) -> str:
    out = io.StringIO()
    call_command("alias", *words, stdout=out)
    return out.getvalue()


def test_an_alias_grows_shrinks_and_goes() -> None:
    said = alias("add", "Team@lemonade.test", "Alice@lemonade.test", "carol@example.net")
    assert said == "team@lemonade.test leads to alice@lemonade.test, carol@example.net\n"
    alias("add", "team@lemonade.test", "bob+work@lemonade.test", "alice@lemonade.test")
    assert alias("list") == (
        "team@lemonade.test\talice@lemonade.test, carol@example.net, bob+work@lemonade.test\n"
    )
    alias("delete", "team@lemonade.test", "carol@example.net")
    assert Alias.objects.get().target_list() == ["alice@lemonade.test", "bob+work@lemonade.test"]
    assert alias("delete", "team@lemonade.test") == "team@lemonade.test deleted\n"
    assert alias("list") == ""


def test_the_last_target_takes_the_alias_with_it() -> None:
    alias("add", "team@lemonade.test", "bob@lemonade.test")
    assert alias("delete", "team@lemonade.test", "bob@lemonade.test").endswith(" deleted\n")
    assert not Alias.objects.exists()


def test_a_list_of_those_that_lead_to_somebody() -> None:
    alias("add", "team@lemonade.test", "bob@lemonade.test")
    alias("add", "sales@lemonade.test", "alice@lemonade.test")
    assert alias("list", "bob@") == "team@lemonade.test\tbob@lemonade.test\n"


@pytest.mark.parametrize(
    ("address", "target", "words"),
    [
        ("x@elsewhere.example", "alice@lemonade.test", "is not a domain of this server"),
        ("no address", "alice@lemonade.test", "is not an e-mail address"),
        ("x@lemonade.test", "no address", "is not an e-mail address"),
        ("x@lemonade.test", "nobody@lemonade.test", "neither an account nor an alias"),
        ("alice@lemonade.test", "bob@lemonade.test", "would get nothing any more"),
    ],
)
def test_what_leads_nowhere_is_refused(address: str, target: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        alias("add", address, target)
    assert not Alias.objects.exists()


def test_a_circle_is_refused() -> None:
    alias("add", "a@lemonade.test", "bob@lemonade.test")
    alias("add", "b@lemonade.test", "a@lemonade.test")
    with pytest.raises(CommandError, match="in a circle"):
        alias("add", "a@lemonade.test", "b@lemonade.test")


def test_an_account_keeps_its_own_mail() -> None:
    alias("add", "alice@lemonade.test", "alice@lemonade.test", "bob@lemonade.test")
    with pytest.raises(CommandError, match="would get nothing any more"):
        alias("delete", "alice@lemonade.test", "alice@lemonade.test")
    with pytest.raises(CommandError, match="does not lead to carol@"):
        alias("delete", "alice@lemonade.test", "carol@example.net")
    with pytest.raises(CommandError, match="There is no alias x@"):
        alias("delete", "x@lemonade.test")
