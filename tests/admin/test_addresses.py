"""Domains and aliases: nothing is accepted that would lead nowhere."""

from __future__ import annotations

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client

from lemonade_server.models import Alias, Domain

from .conftest import World

DOMAINS = "/admin/lemonade_server/domain/"
ALIASES = "/admin/lemonade_server/alias/"


def test_a_domain_is_taken_and_given_up(world: World, operator: Client) -> None:
    assert operator.post(f"{DOMAINS}add/", {"name": " Example.ORG "}).status_code == 302
    made = Domain.objects.get(name="example.org")
    assert operator.post(f"{DOMAINS}{made.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Domain.objects.filter(name="example.org").exists()


@pytest.mark.parametrize("name", ["no domain", "lemonade.test", "@x.org"])
def test_a_domain_must_be_new_and_one(world: World, operator: Client, name: str) -> None:
    assert operator.post(f"{DOMAINS}add/", {"name": name}).status_code == 200
    assert Domain.objects.count() == 1


def test_a_domain_in_use_stays(world: World, operator: Client) -> None:
    ours = Domain.objects.get()
    page = operator.post(f"{DOMAINS}{ours.pk}/delete/", {"post": "yes"}).content.decode()
    assert " accounts (" in page and "alice@lemonade.test, bob@lemonade.test)" in page
    assert Domain.objects.filter(pk=ours.pk).exists()


def test_an_account_that_goes_takes_along_what_leads_only_to_it(
    world: World, operator: Client
) -> None:
    Alias.objects.create_leading_to("sales@lemonade.test", "bob@lemonade.test")
    Alias.objects.create_leading_to("team@lemonade.test", "bob@lemonade.test", "c@example.net")
    page = f"/admin/lemonade_server/account/{world.bob.pk}/delete/"
    asked = operator.get(page).content.decode()
    assert "sales@lemonade.test leads nowhere else" in asked
    assert "team@lemonade.test leads on without bob@lemonade.test" in asked
    operator.post(page, {"post": "yes"})
    assert [(one.address, one.target_list()) for one in Alias.objects.all()] == [
        ("team@lemonade.test", ["c@example.net"])
    ]


@pytest.mark.parametrize("way", ["page", "list"])
def test_an_alias_that_goes_takes_along_what_leads_only_to_it(
    way: str, world: World, operator: Client
) -> None:
    inner = Alias.objects.create_leading_to("a@lemonade.test", "bob@lemonade.test")
    Alias.objects.create_leading_to("b@lemonade.test", "a+x@lemonade.test")
    url, fields = f"{ALIASES}{inner.pk}/delete/", {"post": "yes"}
    if way == "list":
        url = ALIASES
        fields |= {"action": "delete_selected", ACTION_CHECKBOX_NAME: str(inner.pk)}
    ask = operator.get(url) if way == "page" else operator.post(url, {**fields, "post": ""})
    asked = ask.content.decode()
    assert "b@lemonade.test leads nowhere else" in asked
    assert Alias.objects.count() == 2
    operator.post(url, fields)
    assert not Alias.objects.exists()


def add(client: Client, address: str, targets: str) -> str:
    """The page after the attempt; empty when it was taken."""
    answer = client.post(f"{ALIASES}add/", {"address": address, "targets": targets})
    return "" if answer.status_code == 302 else answer.content.decode()


def test_an_alias_leads_here_and_elsewhere(world: World, operator: Client) -> None:
    targets = "Alice@lemonade.test\nbob+lists@lemonade.test\n\ncarol@example.net\n"
    assert add(operator, "Team@lemonade.test", targets) == ""
    assert Alias.objects.get(address="team@lemonade.test").target_list() == [
        "alice@lemonade.test", "bob+lists@lemonade.test", "carol@example.net",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "targets", "words"),
    [
        ("x@elsewhere.example", "alice@lemonade.test", "is not a domain of this server"),
        ("x@lemonade.test", "nobody@lemonade.test", "neither an account nor an alias"),
        ("x@lemonade.test", "x@lemonade.test", "neither an account nor an alias"),
        ("x@lemonade.test", "no address", "is not an e-mail address"),
        ("x@lemonade.test", " \n ", "required"),
        ("alice@lemonade.test", "bob@lemonade.test", "would get nothing any more"),
    ],
)
def test_an_alias_that_leads_nowhere_is_refused(
    world: World, operator: Client, address: str, targets: str, words: str
) -> None:
    assert words in add(operator, address, targets)
    assert not Alias.objects.exists()


def test_a_copy_for_oneself_is_no_circle(world: World, operator: Client) -> None:
    assert add(operator, "alice@lemonade.test", "alice@lemonade.test\nbob@lemonade.test") == ""


def test_circles_are_refused_however_long(world: World, operator: Client) -> None:
    assert add(operator, "a@lemonade.test", "bob@lemonade.test") == ""
    assert add(operator, "b@lemonade.test", "a@lemonade.test") == ""
    assert add(operator, "c@lemonade.test", "b@lemonade.test") == ""
    first = Alias.objects.get(address="a@lemonade.test")
    page = f"{ALIASES}{first.pk}/change/"
    fields = {"address": first.address, "targets": "bob@lemonade.test\nc@lemonade.test"}
    answer = operator.post(page, fields)
    assert "goes in a circle" in answer.content.decode()
