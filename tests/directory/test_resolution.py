"""One answer of routing, of the right to send as, and of whoever writes an alias."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from lemonade_server.delivery.route import route
from lemonade_server.directory import enrolment, ownership
from lemonade_server.directory.checks import checked_targets
from lemonade_server.models import Account, Alias, Domain
from lemonade_server.store.ids import AccountId
from lemonade_server.store.tx import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

ALICE, BOB = "alice@lemonade.test", "bob@lemonade.test"
CIRCLE, NOWHERE, MISSING = "circle", "leads nowhere", "neither an account nor an alias"

# An address, where mail to it goes or why not, and what is said of an alias that would lead to it.
ANSWERS = [
    ("alice@lemonade.test", {ALICE}, ""),
    ("alice+x@lemonade.test", {ALICE}, ""),
    ("alice@also.test", {ALICE}, ""),
    ("one@lemonade.test", {ALICE}, ""),
    ("two@lemonade.test", {ALICE}, ""),
    ("three+x@also.test", {ALICE, BOB}, ""),
    ("postmaster@lemonade.test", {BOB}, ""),
    ("abuse@also.test", {BOB}, ""),
    ("anybody@caught.test", {ALICE}, MISSING),
    ("round@lemonade.test", "5.4.6", CIRCLE),
    ("about@lemonade.test", "5.4.6", CIRCLE),
    ("into@lemonade.test", "5.4.6", CIRCLE),
    ("gone@lemonade.test", "5.1.1", MISSING),
    ("old@lemonade.test", "5.1.1", NOWHERE),
    ("older@lemonade.test", "5.1.1", NOWHERE),
    ("half@lemonade.test", {BOB}, ""),
]


@pytest.fixture(autouse=True)
def people() -> None:
    ours = Domain.objects.create(name="lemonade.test")
    Domain.objects.create(name="also.test", alias_of=ours)
    Domain.objects.create(name="caught.test", catch_all=ALICE)
    enrolment.enrol(ALICE, "correct-horse")
    enrolment.enrol(BOB, "correct-horse", superuser=True)
    for address, *targets in (
        ("one", ALICE),
        ("two", "one+x@also.test"),
        ("three", "two@lemonade.test", BOB),
        ("round", "about@lemonade.test"),
        ("about", "round+x@also.test"),
        ("into", "round@lemonade.test"),
        ("old", "gone@lemonade.test"),
        ("older", "old@lemonade.test"),
        ("half", "old@lemonade.test", BOB),
    ):
        Alias.objects.create_leading_to(f"{address}@lemonade.test", *targets)


@pytest.mark.parametrize(("address", "expected", "words"), ANSWERS)
def test_all_three_give_the_same_answer(address: str, expected: set[str] | str, words: str) -> None:
    people = dict(Account.objects.values_list("pk", "email"))
    with snapshot() as tx:
        legs = route(tx, address).legs
        owners = {
            email
            for number, email in people.items()
            if ownership.owns_address(tx, AccountId(number), address)
        }
    if isinstance(expected, str):
        assert {leg.status for leg in legs} == {expected}
        assert owners == set()
    else:
        assert {people[leg.account] for leg in legs if leg.account is not None} == expected
        assert owners == expected
    if words:
        with pytest.raises(ValidationError, match=words):
            checked_targets("new@lemonade.test", [address])
    else:
        assert checked_targets("new@lemonade.test", [address]) == [address]


def test_what_is_reached_through_a_chain_is_offered() -> None:
    assert ownership.own_addresses(ALICE)[:4] == [
        ALICE, "one@lemonade.test", "three@lemonade.test", "two@lemonade.test",
    ]  # fmt: skip
