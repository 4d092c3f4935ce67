"""The route command, as an admin types it."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.models import Account, Domain

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def people() -> None:
    Domain.objects.create(name="lemonade.test")
    Account.objects.create(email="alice@lemonade.test")
    Account.objects.create(email="gone@lemonade.test", is_active=False)
    call_command(
        "alias", "add", "team@lemonade.test", "alice@lemonade.test", "carol@example.net",
        stdout=io.StringIO(),
    )  # fmt: skip


def route(*words: str) -> list[str]:
    out = io.StringIO()
    call_command("route", *words, stdout=out)
    return out.getvalue().splitlines()


def test_every_way_of_an_address() -> None:
    assert route("team@lemonade.test", "Alice+tea@lemonade.test") == [
        "team@lemonade.test\talice@lemonade.test\tinto a mailbox here",
        "team@lemonade.test\tcarol@example.net\telsewhere, by way of example.net, sent on by"
        " team@lemonade.test",
        "Alice+tea@lemonade.test\tAlice+tea@lemonade.test\tinto a mailbox here",
    ]


def test_what_leads_nowhere_says_what_senders_hear() -> None:
    (nobody,) = route("nobody@lemonade.test")
    assert "\trefused: 5.1.1 " in nobody
    (disabled,) = route("gone@lemonade.test")
    assert "\trefused: 5.2.1 " in disabled
    assert route("dan@example.org")[0].endswith("\telsewhere, by way of example.org")


@pytest.mark.parametrize("word", ["", "a b@c", "@x", "a@b\r\nRCPT", "\ud800@x"])
def test_what_is_no_address(word: str) -> None:
    with pytest.raises(CommandError, match="is not an address"):
        route(word)
