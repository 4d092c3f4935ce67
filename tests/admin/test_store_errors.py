"""What the store can't, or will not, is said on a page; never a broken one."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from lemonade_server.directory import sharing
from lemonade_server.models import Alias, Mailbox
from lemonade_server.store.errors import AlreadyExists
from tests.outages import database_away, disk_full

from .conftest import World

ALIASES = "/admin/lemonade_server/alias/"
MAILBOXES = "/admin/lemonade_server/mailbox/"
MANY = "\n".join(f"somebody.with.a.long.name{number}@example.net" for number in range(4000))


def outage_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage() for record in caplog.records if record.name.endswith("store.outages")
    ]


@pytest.mark.parametrize(
    ("way", "path"),
    [
        ("get", "/admin/"),
        ("get", ALIASES),
        ("get", f"{MAILBOXES}1/rights/"),
        ("post", f"{MAILBOXES}add/"),
        ("post", f"{ALIASES}add/"),
    ],
)
def test_a_database_that_is_away_is_a_page(
    world: World, operator: Client, monkeypatch: pytest.MonkeyPatch, way: str, path: str
) -> None:
    operator.raise_request_exception = False
    with database_away(monkeypatch):
        page = getattr(operator, way)(path, {"name": "Team"})
    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    assert b"Try again in a minute" in page.content


def test_a_store_that_fails_in_the_middle_is_a_page_and_one_line(
    world: World,
    operator: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    real = sharing.make_shared

    def make(*words: object) -> object:
        with database_away(monkeypatch):
            return real(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(sharing, "make_shared", make)
    operator.raise_request_exception = False
    with caplog.at_level(logging.WARNING):
        page = operator.post(f"{MAILBOXES}add/", {"name": "Team"})
    assert page.status_code == 503
    assert outage_lines(caplog) == ["database unavailable: the connection is closed"]
    assert not Mailbox.objects.filter(name="Team").exists()


def test_a_full_disk_is_a_page_and_nothing_is_half_made(world: World, operator: Client) -> None:
    operator.raise_request_exception = False
    fields = {"address": "all@lemonade.test", "targets": MANY}
    with disk_full():
        page = operator.post(f"{ALIASES}add/", fields)
    assert page.status_code == 503
    assert b"its disk is full" in page.content
    assert not Alias.objects.exists()
    assert operator.post(f"{ALIASES}add/", fields).status_code == 302


def test_a_refusal_is_said_at_its_field(world: World, operator: Client) -> None:
    rights = f"{MAILBOXES}{world.inbox}/rights/"
    for path, fields, name in (
        (rights, {"who": "bob", "rights": "lz"}, "rights"),
        (rights, {"who": "nobody@lemonade.test", "rights": "lr"}, "who"),
        (f"{MAILBOXES}add/", {"name": "a//b"}, "name"),
    ):
        page = operator.post(path, fields)
        assert page.status_code == 200
        assert f'id="id_{name}_error"' in page.content.decode(), name


def test_a_refusal_after_the_check_is_said_above_the_page(
    world: World, operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(*_: object) -> None:
        raise AlreadyExists("mailbox", "a mailbox of this name exists already")

    monkeypatch.setattr(sharing, "make_shared", make)
    page = operator.post(f"{MAILBOXES}add/", {"name": "Team"}, follow=True)
    assert "Nothing was changed: a mailbox of this name exists already." in page.content.decode()
