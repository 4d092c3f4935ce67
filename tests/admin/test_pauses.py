"""Pauses after failed logins in the admin: seen, found, lifted after a question."""

from __future__ import annotations

import time

from django.contrib.auth.models import Permission
from django.test import Client

from lemonade_server.auth import brake
from lemonade_server.auth.brake import LoginSource
from lemonade_server.models import Account, LoginAttempts
from lemonade_server.store.db import transaction

from .conftest import World

PAUSES = "/admin/lemonade_server/loginattempts/"


def fail(login: str, address: str, times: int) -> None:
    for _ in range(times):
        with transaction() as tx:
            brake.reserve(tx, LoginSource(login, address), int(time.time()))


def shown(client: Client, query: str = "") -> set[tuple[str, str]]:
    found = client.get(f"{PAUSES}?{query}").context["cl"].result_list
    return {(row.login, row.address) for row in found}


def test_pauses_are_shown_and_found(world: World, operator: Client) -> None:
    fail("alice@lemonade.test", "192.0.2.7", 40)
    fail("<b>\x1b[2J", "192.0.2.8", 3)
    assert shown(operator) == {("alice@lemonade.test", "192.0.2.7")}
    assert len(shown(operator, "state=all")) == 6
    assert shown(operator, "state=all&kind=address") == {("", "192.0.2.7"), ("", "192.0.2.8")}
    assert ("", "192.0.2.7") in shown(operator, "state=counted")
    assert shown(operator, "q=alice") == {("alice@lemonade.test", "192.0.2.7")}
    assert shown(operator, "state=all&q=2.8") == {("<b>\x1b[2J", "192.0.2.8"), ("", "192.0.2.8")}
    page = operator.get(f"{PAUSES}?state=all").content.decode()
    assert "in 4 min" in page or "in 5 min" in page
    assert "&lt;b&gt;\\x1b[2J" in page and "\x1b" not in page
    row = LoginAttempts.objects.get(login="alice@lemonade.test", address="192.0.2.7")
    assert "192.0.2.7" in operator.get(f"{PAUSES}{row.pk}/change/").content.decode()


def test_a_pause_is_lifted_after_a_question(world: World, operator: Client) -> None:
    fail("alice@lemonade.test", "192.0.2.7", 40)
    row = LoginAttempts.objects.get(login="alice@lemonade.test", address="192.0.2.7")
    chosen = {"action": "lift", "_selected_action": [row.pk]}
    asked = operator.post(PAUSES, chosen).content.decode()
    assert "Lift 1 pause?" in asked and "192.0.2.7" in asked
    assert shown(operator)
    answer = operator.post(PAUSES, {**chosen, "confirmed": "yes"}, follow=True)
    assert "1 pause lifted" in answer.content.decode()
    assert not shown(operator)


def test_who_may_only_look_lifts_nothing(world: World, operator: Client) -> None:
    fail("alice@lemonade.test", "192.0.2.7", 40)
    world.bob.is_staff = True
    world.bob.save(update_fields=["is_staff"])
    world.bob.user_permissions.add(Permission.objects.get(codename="view_loginattempts"))
    looker = Client()
    looker.force_login(Account.objects.get(pk=world.bob.pk))
    (row,) = LoginAttempts.objects.filter(login="alice@lemonade.test", address="192.0.2.7")
    assert shown(looker)
    looker.post(PAUSES, {"action": "lift", "_selected_action": [row.pk], "confirmed": "yes"})
    assert shown(looker)
