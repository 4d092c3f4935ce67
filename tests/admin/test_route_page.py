"""The page that says where mail to an address goes."""

from __future__ import annotations

import io

from django.core.management import call_command
from django.test import Client

from .conftest import World
from .test_staff import staff

ALIASES = "/admin/lemonade_server/alias/"
PAGE = f"{ALIASES}route/"


def test_a_page_says_where_mail_goes(world: World, operator: Client) -> None:
    team = "team@lemonade.test"
    targets = ("bob@lemonade.test", "c@example.net")
    call_command("alias", "add", team, *targets, stdout=io.StringIO())
    assert PAGE in operator.get(ALIASES).content.decode()
    page = operator.get(PAGE, {"address": f" {team} "}).content.decode()
    assert "bob@lemonade.test" in page and "into a mailbox here" in page
    assert f"elsewhere, by way of example.net, sent on by {team}" in page
    wrong = operator.get(PAGE, {"address": "<b>"}).content.decode()
    assert "&#x27;&lt;b&gt;&#x27; is not an address" in wrong
    assert "arrives at" not in operator.get(PAGE).content.decode()


def test_it_is_for_who_may_see_aliases(world: World) -> None:
    _, client = staff("helper", "view_domain")
    assert client.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
