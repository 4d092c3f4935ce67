"""One answer of routing, of the right to send as, and of whoever writes an alias."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.forms import modelform_factory

from lemonade_server.admin.aliases import AliasForm
from lemonade_server.delivery.route import route
from lemonade_server.directory import enrolment, ownership
from lemonade_server.models import Account, Alias, Domain
from lemonade_server.store import vendor
from lemonade_server.store.ids import AccountId
from lemonade_server.store.tx import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

ALICE, BOB, CAROL = "alice@lemonade.test", "bob@lemonade.test", "carol@lemonade.test"
CIRCLE, NOWHERE, MISSING = "circle", "leads nowhere", "neither an account nor an alias"

# An address, who gets mail to it or why it is refused, who may write from it where that is not who
# gets its mail, and what is said to whoever lets an alias lead to it.
ANSWERS = [
    ("alice@lemonade.test", {ALICE}, None, ""),
    ("Alice@Lemonade.Test", {ALICE}, None, ""),
    ("alice@also.test", {ALICE}, None, ""),
    ("alice@elsewhere.example", set(), None, ""),
    # with a detail
    ("alice+x@lemonade.test", {ALICE}, None, ""),
    ("alice+x@also.test", {ALICE}, None, ""),
    ("one+x@lemonade.test", {ALICE}, None, ""),
    ("three+x@also.test", {ALICE, BOB}, None, ""),
    ("alice+own@lemonade.test", {BOB}, None, ""),
    ("nobody+x@lemonade.test", "5.1.1", None, MISSING),
    # aliases and chains of them
    ("one@lemonade.test", {ALICE}, None, ""),
    ("two@lemonade.test", {ALICE}, None, ""),
    ("three@lemonade.test", {ALICE, BOB}, None, ""),
    ("far@lemonade.test", {ALICE}, None, ""),
    ("away@lemonade.test", set(), None, ""),
    ("bob@caught.test", {BOB, ALICE}, None, ""),
    # an account behind an alias of its own name
    ("dora@lemonade.test", {ALICE}, {ALICE, "dora@lemonade.test"}, ""),
    # the names that always work
    ("postmaster@lemonade.test", {BOB}, None, ""),
    ("postmaster", {BOB}, set(), "not an e-mail address"),
    ("abuse@also.test", {BOB}, None, ""),
    ("PostMaster@caught.test", {BOB}, None, ""),
    ("office@lemonade.test", {BOB}, None, ""),
    # what nobody has: who gets it has not the address
    ("anybody@caught.test", {ALICE}, set(), MISSING),
    ("anybody+x@caught.test", {ALICE}, set(), MISSING),
    ("anybody@caught-too.test", {ALICE}, set(), MISSING),
    ("stray@lemonade.test", {ALICE}, set(), ""),
    # circles
    ("round@lemonade.test", "5.4.6", None, CIRCLE),
    ("about@lemonade.test", "5.4.6", None, CIRCLE),
    ("into@lemonade.test", "5.4.6", None, CIRCLE),
    ("out@lemonade.test", {BOB}, None, ""),
    # targets that are gone
    ("gone@lemonade.test", "5.1.1", None, MISSING),
    ("old@lemonade.test", "5.1.1", None, NOWHERE),
    ("older@lemonade.test", "5.1.1", None, NOWHERE),
    ("half@lemonade.test", {BOB}, None, ""),
    ("selfish@lemonade.test", "5.1.1", None, NOWHERE),
    ("hollow@lemonade.test", "5.4.6", None, CIRCLE),
    # disabled accounts, who may write again from their own address once they are enabled
    ("carol@lemonade.test", "5.2.1", {CAROL}, ""),
    ("carol+x@also.test", "5.2.1", {CAROL}, ""),
    ("resting@lemonade.test", "5.2.1", None, ""),
    ("both@lemonade.test", {BOB}, None, ""),
    # accounts without mail of their own
    ("service@lemonade.test", "5.1.1", {"service@lemonade.test"}, MISSING),
]  # fmt: skip

ALIASES = {
    "one@lemonade.test": [ALICE],
    "two@lemonade.test": ["one+x@also.test"],
    "three@lemonade.test": ["two@lemonade.test", BOB],
    "far@lemonade.test": ["two@also.test", "far@elsewhere.example"],
    "away@lemonade.test": ["away@elsewhere.example"],
    "bob@caught.test": [BOB, "one@lemonade.test"],
    "alice+own@lemonade.test": [BOB],
    "dora@lemonade.test": [ALICE],
    "office@lemonade.test": ["postmaster@also.test"],
    "stray@lemonade.test": ["anybody@caught.test"],
    "round@lemonade.test": ["about@lemonade.test"],
    "about@lemonade.test": ["round+x@also.test"],
    "into@lemonade.test": ["round@lemonade.test"],
    "out@lemonade.test": ["round@lemonade.test", BOB],
    "old@lemonade.test": ["gone@lemonade.test"],
    "older@lemonade.test": ["old@lemonade.test"],
    "half@lemonade.test": ["old@lemonade.test", BOB],
    "selfish@lemonade.test": ["selfish@lemonade.test"],
    "hollow@lemonade.test": [],
    "resting@lemonade.test": [CAROL],
    "both@lemonade.test": [CAROL, BOB],
}


@pytest.fixture(autouse=True)
def people() -> None:
    ours = Domain.objects.create(name="lemonade.test")
    Domain.objects.create(name="also.test", alias_of=ours)
    caught = Domain.objects.create(name="caught.test", catch_all=ALICE)
    Domain.objects.create(name="caught-too.test", alias_of=caught)
    for email in (ALICE, BOB, CAROL, "dora@lemonade.test", "service@lemonade.test"):
        enrolment.enrol(email, "", superuser=email == BOB)
    Account.objects.filter(email=CAROL).update(is_active=False)
    Account.objects.filter(email="service@lemonade.test").update(role=Account.Role.SUBMIT)
    for address, targets in ALIASES.items():
        Alias.objects.create_leading_to(address, *targets)


def mail_to(address: str) -> set[str] | str:
    """Who of ours gets mail to it; else the status of the refusal."""
    with snapshot() as tx:
        found = route(tx, address)
    if found.refused is not None:
        return found.refused.status
    names = dict(Account.objects.values_list("pk", "email"))
    return {names[leg.account] for leg in found.legs if leg.account is not None}


def senders_as(address: str) -> set[str]:
    """Who may write from it."""
    with snapshot() as tx:
        return {
            email
            for number, email in Account.objects.values_list("pk", "email")
            if ownership.owns_address(tx, AccountId(number), address)
        }


def refusal_of_alias_to(address: str) -> str:
    """What the admin says to whoever lets a new alias lead there."""
    form_of_page = modelform_factory(Alias, AliasForm, fields=["address", "targets"])
    form = form_of_page({"address": "new@lemonade.test", "targets": address})
    return "" if form.is_valid() else str(form.errors["targets"])


@pytest.mark.parametrize(("address", "mail", "senders", "words"), ANSWERS)
def test_all_three_give_the_same_answer(
    address: str, mail: set[str] | str, senders: set[str] | None, words: str
) -> None:
    assert mail_to(address) == mail
    if senders is None:
        senders = set() if isinstance(mail, str) else mail
    assert senders_as(address) == senders
    refusal = refusal_of_alias_to(address)
    assert words in refusal if words else not refusal


def test_what_is_reached_through_a_chain_is_offered() -> None:
    offered = ownership.own_addresses(ALICE)
    assert [one for one in offered if one.endswith("@lemonade.test")] == [
        ALICE, "dora@lemonade.test", "far@lemonade.test", "one@lemonade.test",
        "three@lemonade.test", "two@lemonade.test",
    ]  # fmt: skip
    assert "bob@caught.test" in offered and "far@also.test" in offered
    assert "stray@lemonade.test" not in offered


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are run meanwhile."""
    statements: list[str] = []
    real = vendor.execute

    def execute(connection: object, sql: str, args: object = ()) -> object:
        statements.append(sql)
        return real(connection, sql, args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(vendor, "execute", execute)
        yield statements


@pytest.mark.parametrize(
    ("address", "routing", "owning"),
    [
        (ALICE, 1, 1),
        ("alice+x@lemonade.test", 1, 2),
        ("alice@also.test", 2, 3),
        ("one@lemonade.test", 2, 3),
        ("nobody@lemonade.test", 1, 2),
        ("somebody@elsewhere.example", 1, 2),
    ],
)
def test_a_level_is_one_statement(
    address: str, routing: int, owning: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of routing a recipient, and of the right to a sender: the account is looked up before."""
    account = AccountId(Account.objects.get(email=ALICE).pk)
    with snapshot() as tx:
        with counting(monkeypatch) as statements:
            route(tx, address)
        assert len(statements) <= routing
        with counting(monkeypatch) as statements:
            ownership.owns_address(tx, account, address)
        assert len(statements) <= owning
