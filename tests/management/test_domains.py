"""The domain command, as an admin types it: catch-alls and other names."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.models import Account, Alias, Domain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def people() -> None:
    ours = Domain.objects.create(name="lemonade.test")
    Domain.objects.create(name="also.test", alias_of=ours)
    Domain.objects.create(name="other.test")
    Account.objects.create(email="alice@lemonade.test")
    Alias.objects.create_leading_to("team@other.test", "alice@lemonade.test", "c@example.net")


def configure(*words: str) -> str:
    out = io.StringIO()
    call_command("domain", "set", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    "address",
    [
        "Alice@lemonade.test", "alice+rest@lemonade.test", "alice@also.test", "team@other.test",
        "somebody@example.net", "postmaster@lemonade.test", "",
    ],
)  # fmt: skip
def test_a_catch_all_leads_to_somebody(address: str) -> None:
    configure("lemonade.test", "--catch-all", address)
    assert Domain.objects.get(name="lemonade.test").catch_all == address.lower()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ghost@lemonade.test", "neither an account nor an alias"),
        ("ghost@also.test", "neither an account nor an alias"),
        ("ghost@other.test", "neither an account nor an alias"),
        ("no address", "is not an e-mail address"),
    ],
)
def test_one_that_leads_nowhere_is_refused(address: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        configure("lemonade.test", "--catch-all", address)
    assert not Domain.objects.exclude(catch_all="").exists()


@pytest.mark.parametrize("between", ["gone@lemonade.test", "gone@also.test", "gone@other.test"])
def test_one_that_comes_back_is_refused(between: str) -> None:
    """The account behind an alias is gone: its mail would go to the catch-all again."""
    Domain.objects.filter(name="other.test").update(catch_all="away@lemonade.test")
    Alias.objects.create_leading_to("round@lemonade.test", *between.splitlines())
    with pytest.raises(CommandError, match="in a circle: round@lemonade"):
        configure("lemonade.test", "--catch-all", "round@lemonade.test")


def test_a_circle_that_never_touches_the_domain_ends() -> None:
    Alias.objects.create_leading_to("a@other.test", "b@other.test")
    Alias.objects.create_leading_to("b@other.test", "a@other.test", "d@example.net")
    configure("lemonade.test", "--catch-all", "a@other.test")
    assert Domain.objects.get(name="lemonade.test").catch_all == "a@other.test"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("other.test", "--alias-of", "also.test"), "only of one that has mail itself"),
        (("other.test", "--alias-of", "other.test"), "only of one that has mail itself"),
        (("lemonade.test", "--alias-of", "other.test"), "has other names itself"),
        (("also.test", "--catch-all", "alice@lemonade.test"), "no catch-all of its own"),
        (("other.test", "--alias-of", "nowhere.test"), "There is no domain"),
    ],
)
def test_names_go_in_no_circle(words: tuple[str, ...], why: str) -> None:
    before = list(Domain.objects.values_list("name", "alias_of", "catch_all"))
    with pytest.raises(CommandError, match=why):
        configure(*words)
    assert list(Domain.objects.values_list("name", "alias_of", "catch_all")) == before


def test_another_name_is_given_and_taken() -> None:
    said = configure("other.test", "--alias-of", "lemonade.test")
    assert said == "other.test another name of lemonade.test; mail for nobody is refused\n"
    assert configure("other.test", "--alias-of", "").startswith("other.test has its own addresses")
