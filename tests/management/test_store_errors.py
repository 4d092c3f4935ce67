"""A command says in one line what the store can't do."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lemonade_server.directory import enrolment
from lemonade_server.models import Account, Alias, Domain, Mailbox
from lemonade_server.project import schema
from tests.outages import database_away, disk_full

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = r"^The mail store is unavailable, try again later\.$"
FULL = r"^There is no room left to store this\. Make room and try again\.$"
MANY = [f"somebody.with.a.long.name{number}@example.net" for number in range(4000)]


@pytest.fixture(autouse=True)
def alice() -> None:
    Domain.objects.create(name="lemonade.test")
    enrolment.enrol("alice@lemonade.test", "")


@pytest.mark.parametrize(
    "words",
    [
        ("account", "list"),
        ("account", "disable", "alice"),
        ("alias", "add", "a@lemonade.test", "alice@lemonade.test"),
        ("domain", "add", "example.org"),
        ("queue", "list"),
        ("pauses", "list"),
        ("share", "add", "Team"),
        ("checkstore",),
        ("rerender",),
        ("exportmail", "alice", "there"),
    ],
    ids=" ".join,
)
def test_a_database_that_is_away(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(schema, "bring_up_to_date", lambda: None)
    monkeypatch.setattr(
        "lemonade_server.management.store_command.bring_up_to_date", lambda: None
    )  # it was there a moment ago
    with database_away(monkeypatch), pytest.raises(CommandError, match=AWAY):
        call_command(*words)


def test_a_full_disk() -> None:
    with disk_full(), pytest.raises(CommandError, match=FULL):
        call_command("alias", "add", "all@lemonade.test", *MANY)
    assert not Alias.objects.exists()


def test_a_full_disk_in_the_middle_of_many_says_how_far_it_is(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    hashed = "{PLAIN-MD5}5f4dcc3b5aa765d61d8327deb882cf99"
    rows = [f"person{number}@lemonade.test,{hashed}" for number in range(400)]
    table.write_text("\n".join(["email,password", *rows]))
    with disk_full(), pytest.raises(CommandError) as error:
        call_command("account", "import", str(table))
    added = Account.objects.count() - 1
    assert str(error.value) == (
        "There is no room left to store this. Make room and try again."
        f" {added} were added; repeat to go on."
    )
    assert added % 32 == 0 and added < 400
    assert Mailbox.objects.values("account").distinct().count() == added + 1
    call_command("account", "import", str(table))
    assert Account.objects.count() == 401
