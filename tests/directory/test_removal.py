"""What goes along with an address: nothing is left that would lead to it."""

from __future__ import annotations

import pytest

from lemonade_server.delivery.route import route
from lemonade_server.directory import enrolment
from lemonade_server.directory.removal import (
    find_obstacles,
    loss_with_account,
    loss_with_alias,
    remove_alias,
)
from lemonade_server.models import Account, Alias, Domain
from lemonade_server.store.tx import snapshot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def people() -> None:
    ours = Domain.objects.create(name="lemonade.test")
    Domain.objects.create(name="also.test", alias_of=ours)
    Domain.objects.create(name="other.test")
    for name in ("alice", "bob"):
        enrolment.enrol(f"{name}@lemonade.test", "correct-horse")


def alias(name: str, *targets: str) -> None:
    Alias.objects.create_leading_to(f"{name}@lemonade.test", *targets)


def left() -> dict[str, list[str]]:
    return {one.address.partition("@")[0]: one.target_list() for one in Alias.objects.all()}


def remove(name: str) -> None:
    enrolment.remove(Account.objects.get(email=f"{name}@lemonade.test"))


@pytest.mark.parametrize(
    "target",
    ["alice@lemonade.test", "alice+x@lemonade.test", "alice@also.test", "Alice+y@Also.test"],
)
def test_an_alias_goes_with_its_only_target_by_whatever_name(target: str) -> None:
    alias("sales", target)
    remove("alice")
    assert left() == {}


def test_chains_go_and_others_lose_a_target() -> None:
    alias("first", "alice@lemonade.test")
    alias("second", "first+list@lemonade.test")
    alias("third", "second@lemonade.test", "alice@lemonade.test")
    alias("team", "third@lemonade.test", "bob@lemonade.test", "alice+t@lemonade.test")
    alias("others", "bob@lemonade.test", "malice@lemonade.test", "alice@example.net")
    loss = loss_with_account("alice@lemonade.test")
    assert {one.address for one in loss.deleted} == {
        f"{name}@lemonade.test" for name in ("first", "second", "third")
    }
    remove("alice")
    assert left() == {
        "team": ["bob@lemonade.test"],
        "others": ["bob@lemonade.test", "malice@lemonade.test", "alice@example.net"],
    }


def test_an_alias_of_the_same_name_keeps_its_other_targets() -> None:
    alias("alice", "alice@lemonade.test", "bob@lemonade.test")
    alias("sales", "alice@lemonade.test")
    remove("alice")
    assert left() == {"alice": ["bob@lemonade.test"], "sales": ["alice@lemonade.test"]}


def test_what_is_left_leading_in_a_circle_goes() -> None:
    alias("one", "two@lemonade.test", "alice@lemonade.test")
    alias("two", "one@lemonade.test")
    alias("three", "two@lemonade.test", "three@lemonade.test")
    alias("four", "three@lemonade.test", "bob@lemonade.test", "five@lemonade.test")
    alias("five", "four@lemonade.test", "one@lemonade.test")
    remove("alice")
    assert left() == {
        "four": ["bob@lemonade.test", "five@lemonade.test"],
        "five": ["four@lemonade.test"],
    }


def test_an_alias_that_keeps_a_copy_for_its_own_account_stays() -> None:
    alias("bob", "bob@lemonade.test", "alice@lemonade.test")
    alias("sales", "bob@lemonade.test")
    remove("alice")
    assert left() == {"bob": ["bob@lemonade.test"], "sales": ["bob@lemonade.test"]}


def test_a_detail_that_is_an_alias_itself_is_another_address() -> None:
    alias("alice+jobs", "bob@lemonade.test")
    alias("jobs", "alice+jobs@lemonade.test")
    remove("alice")
    assert set(left()) == {"alice+jobs", "jobs"}


def test_what_leads_to_postmaster_stays() -> None:
    enrolment.enrol("postmaster@lemonade.test", "correct-horse")
    alias("help", "postmaster@lemonade.test")
    remove("postmaster")
    assert set(left()) == {"help"}


def test_catch_alls_end_too() -> None:
    alias("sales", "alice@lemonade.test")
    Domain.objects.filter(name="other.test").update(catch_all="sales@lemonade.test")
    Domain.objects.filter(name="lemonade.test").update(catch_all="bob@lemonade.test")
    assert (
        loss_with_account("alice@lemonade.test").lines()[-1]
        == "other.test has no catch-all any more"
    )
    remove("alice")
    assert dict(Domain.objects.values_list("name", "catch_all"))["other.test"] == ""
    assert Domain.objects.get(name="lemonade.test").catch_all == "bob@lemonade.test"


def test_an_alias_that_goes_is_like_an_account() -> None:
    alias("inner", "bob@lemonade.test")
    alias("outer", "inner@lemonade.test")
    remove_alias(Alias.objects.get(address="inner@lemonade.test"))
    assert left() == {}


def test_an_alias_that_leads_back_to_itself_can_go() -> None:
    alias("inner", "outer@lemonade.test", "bob@lemonade.test")
    alias("outer", "inner@lemonade.test")
    inner = Alias.objects.get(address="inner@lemonade.test")
    assert loss_with_alias(inner).lines() == [
        "Alias outer@lemonade.test leads nowhere else: deleted"
    ]
    remove_alias(inner)
    assert left() == {}


def test_an_alias_beside_an_account_leaves_what_leads_there() -> None:
    alias("alice", "alice@lemonade.test", "bob@lemonade.test")
    alias("sales", "alice@lemonade.test")
    remove_alias(Alias.objects.get(address="alice@lemonade.test"))
    assert left() == {"sales": ["alice@lemonade.test"]}


def test_a_stranger_is_not_told_where_an_alias_leads() -> None:
    """Disabled, or gone by other ways than ours: the answer names what was asked for alone."""
    alias("sales", "alice@lemonade.test")
    alias("old", "gone@lemonade.test")
    Account.objects.filter(email="alice@lemonade.test").update(is_active=False)
    for name, status in (("sales", "5.2.1"), ("old", "5.1.1")):
        with snapshot() as tx:
            (leg,) = route(tx, f"{name}@lemonade.test").legs
        assert (leg.status, leg.address) == (status, f"{name}@lemonade.test")
        assert "alice" not in leg.reason and "gone" not in leg.reason


def test_what_keeps_a_domain_is_named() -> None:
    ours, other = Domain.objects.get(name="lemonade.test"), Domain.objects.get(name="other.test")
    assert find_obstacles(other) == []
    alias("sales", "x@other.test")
    Domain.objects.filter(name="lemonade.test").update(catch_all="y@other.test")
    assert find_obstacles(other) == [
        "1 alias that leads to it (sales@lemonade.test)",
        "1 domain whose catch-all is there (lemonade.test)",
    ]
    assert find_obstacles(ours) == [
        "2 accounts (alice@lemonade.test, bob@lemonade.test)",
        "1 alias (sales@lemonade.test)",
        "1 domain that is another name of it (also.test)",
    ]
