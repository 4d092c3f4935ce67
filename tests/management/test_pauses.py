"""The pauses command, as an admin types it."""

from __future__ import annotations

import io
import time

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.auth import brake
from lemonade_server.auth.brake import LoginSource
from lemonade_server.store.db import transaction

pytestmark = pytest.mark.django_db(transaction=True)


def pauses(*words: str) -> str:
    out = io.StringIO()
    call_command("pauses", *words, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def paused() -> None:
    for login in ("alice@lemonade.test", "bob@lemonade.test"):
        for _ in range(brake.PER_PAIR):
            with transaction() as tx:
                brake.reserve(tx, LoginSource(login, "2001:db8::/64"), int(time.time()))


def test_pauses_are_listed() -> None:
    first, second = pauses("list").splitlines()
    assert first.startswith("alice@lemonade.test\t2001:db8::/64\t10 failures\tuntil ")
    assert second.startswith("bob@lemonade.test\t")


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (("--login", "alice"), 1),
        (("--address", "2001:db8::77"), 0),
        (("--login", "alice", "--address", "192.0.2.1"), 2),
        (("--all",), 0),
    ],
)
def test_pauses_are_lifted(words: tuple[str, ...], left: int) -> None:
    count = 2 - left
    assert pauses("lift", *words) == f"{count} pause{'' if count == 1 else 's'} lifted\n"
    assert len(pauses("list").splitlines()) == left


def test_lifting_asks_which() -> None:
    with pytest.raises(CommandError, match="Say which"):
        pauses("lift")
