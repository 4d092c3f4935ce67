"""The admin as a whole: the front page, who gets in, and that lists stay cheap."""

from __future__ import annotations

import re
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lemonade_server.admin.charts import Column, columns
from lemonade_server.admin.display import distance, octets
from lemonade_server.directory import enrolment
from lemonade_server.models import Account
from lemonade_server.store import queue

from .conftest import PASSWORD, World

MODELS = (
    "account", "alias", "domain", "mailbox", "urlauthkey", "urlauthticket", "recipient",
    "submission", "dkimkey",
)  # fmt: skip


def figures(client: Client) -> dict[str, str]:
    """Names and values of the front page."""
    page = client.get("/admin/").content.decode()
    found = re.findall(r"<dt>(.*?)</dt><dd>(?:<a [^>]*>)?(.*?)(?:</a>)?</dd>", page)
    return dict(found)


def test_the_front_page_counts(world: World, operator: Client) -> None:
    world.ticket(1)
    world.queued("waits@example.net")
    world.queued("failed@example.net", queue.FAILED)
    Account.objects.filter(pk=world.alice.pk).update(quota=100)
    shown = figures(operator)
    assert shown["waiting"] == "1" and shown["failed today"] == "1"
    assert shown["live"] == "1" and shown["used today"] == "0"
    assert shown["active"] == "3" and shown["nearly full"] == "1"
    held = sum(box.octets for box in world.alice.mailbox_set.all())
    assert shown["in mailboxes"] == octets(held)
    assert shown["stored"] == octets(held // 3)
    page = operator.get("/admin/").content.decode()
    assert "failed@example.net" in page
    assert "worker" in page and ">down</span>" in page


def test_nothing_on_a_page_needs_an_inline_style_or_script(world: World, operator: Client) -> None:
    world.ticket(1)
    number = world.queued()
    for page in ("", "urlauthticket/", "recipient/", f"recipient/{number}/change/", "account/add/"):
        path = f"/admin/lemonade_server/{page}" if page else "/admin/"
        markup = operator.get(path).content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", markup), path
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", markup), path
        assert "<style" not in markup


@pytest.mark.parametrize("model", MODELS)
def test_lists_cost_the_same_for_one_row_and_for_many(
    world: World, operator: Client, model: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert operator.get(f"/admin/lemonade_server/{model}/").status_code == 200
        return len(captured)

    world.ticket(1)
    world.queued()
    before = cost()
    for at in range(4):
        enrolment.enrol(f"user{at}@lemonade.test", PASSWORD)
        world.ticket(2 + at % 2, f"2098-01-0{at + 1}T00:00:00Z")
        world.queued(f"user{at}@example.net")
    assert cost() == before


def test_only_staff_get_in(world: World) -> None:
    client = Client()
    for path in ("/admin/", *(f"/admin/lemonade_server/{model}/" for model in MODELS)):
        assert client.get(path).status_code == 302
    client.force_login(world.alice)
    assert client.get("/admin/").status_code == 302


def test_staff_without_rights_see_no_figures(world: World) -> None:
    world.bob.is_staff = True
    world.bob.save(update_fields=["is_staff"])
    client = Client()
    client.force_login(world.bob)
    assert figures(client) == {}
    assert client.get("/admin/lemonade_server/urlauthticket/").status_code == 403


def test_numbers_and_moments_read_well() -> None:
    assert [octets(n) for n in (None, 999, 1000, 12_400_000, 999_960_000, 5 * 10**12)] == [
        "0 B", "999 B", "1.0 kB", "12.4 MB", "1.0 GB", "5.0 TB",
    ]  # fmt: skip
    now = int(time.time())
    assert distance(now + 300, now) == "in 5 min"
    assert distance(now - 7200, now) == "2 h ago"
    assert distance(now - 86_400, now) == "1 day ago"
    assert distance(0, 100 * 86_400) == "01 Jan 1970"


def test_bars_stack_and_fill_the_height() -> None:
    data = [Column("a", [("good", 3), ("bad", 1)]), Column("b", [("good", 2), ("bad", 0)])]
    chart = columns("x", data, "", "")
    tall = [bar for bar in chart.bars if bar.x == 0 and bar.kind != "axis"]
    assert [bar.kind for bar in tall] == ["good", "bad"]
    assert round(sum(bar.height for bar in tall)) == 60
    assert tall[1].y + tall[1].height == pytest.approx(tall[0].y)
    assert "3 good, 1 bad" in tall[0].title


def test_the_menu_begins_with_people_and_calls_pages_by_their_names(operator: Client) -> None:
    page = operator.get("/admin/lemonade_server/account/").content.decode()
    menu = re.findall(
        r">([^<]+)</a>", page[page.index('aria-label="Subjects"') :].split("</nav>")[0]
    )
    assert menu[:2] == ["Accounts", "Domains"] and menu[-1] == "Groups"
    assert {"Queue", "Mail filters", "Messages on their way"} <= set(menu)


@pytest.mark.parametrize("page", ["lemonade_server/account/", "webmail/outbox/"])
def test_a_list_comes_without_what_it_has_no_use_for(operator: Client, page: str) -> None:
    text = operator.get(f"/admin/{page}").content.decode()
    assert "admin/js/actions.js" in text
    assert "jquery" not in text and "xregexp" not in text
