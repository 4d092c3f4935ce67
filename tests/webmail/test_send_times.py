"""The times that are offered for "later", in the zone of the reader."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from webmail.models import Outbox
from webmail.outgoing.send_times import send_times

from .test_views_writing import fields
from .website import Site

HERE = "Asia/Tokyo"


def offered(day: str, clock: str) -> list[tuple[str, str]]:
    with timezone.override(ZoneInfo(HERE)):
        now = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(HERE))
        return [(one.label, one.value) for one in send_times(now)]


TUESDAY, SUNDAY, MONDAY = "2026-12-01", "2026-12-06", "2026-12-07"


def test_this_evening_tomorrow_and_monday_in_the_reader_s_zone() -> None:
    assert offered(TUESDAY, "10:00") == [
        ("This evening", "2026-12-01T18:00"),
        ("Tomorrow morning", "2026-12-02T08:00"),
        ("Monday morning", "2026-12-07T08:00"),
    ]


def test_an_evening_that_is_here_is_not_offered() -> None:
    assert offered(TUESDAY, "17:45")[0] == ("Tomorrow morning", "2026-12-02T08:00")


def test_at_night_the_morning_of_the_same_day_is_the_first() -> None:
    assert offered(TUESDAY, "02:00")[0] == ("This morning", "2026-12-01T08:00")


def test_monday_is_another_day_than_tomorrow_and_today() -> None:
    assert [label for label, _ in offered(SUNDAY, "10:00")] == ["This evening", "Tomorrow morning"]
    assert offered(MONDAY, "10:00")[-1] == ("Monday morning", "2026-12-14T08:00")


@pytest.mark.parametrize("day", ["2027-03-27", "2027-10-30"])  # the clocks change in the night
def test_a_morning_stays_a_morning_when_the_clocks_change(day: str) -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        now = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
        tomorrow = next(one for one in send_times(now) if one.label == "Tomorrow morning")
        assert tomorrow.value.endswith("T08:00") and "08:00" in tomorrow.moment


def test_a_button_sends_at_its_time_in_the_reader_s_zone(site: Site) -> None:
    site.client.cookies["zone"] = HERE
    page = site.text("/write/?to=bob@lemonade.test&subject=Later")
    assert f"Times are those of {HERE}." in page
    values = re.findall(r'name="do" value="(later\.[^"]+)"', page)
    tomorrow = timezone.now().astimezone(ZoneInfo(HERE)).date() + timedelta(days=1)
    assert f"later.{tomorrow}T08:00" in values
    form = fields(page) | {"text": "Good morning", "do": f"later.{tomorrow}T08:00"}
    assert site.client.post("/write/", form).status_code == 302
    at = datetime.combine(tomorrow, datetime.min.time(), ZoneInfo(HERE)) + timedelta(hours=8)
    assert Outbox.objects.get().release_at == at


def test_a_button_of_a_page_that_was_open_too_long_says_so_and_keeps_the_time(site: Site) -> None:
    form = fields(site.text("/write/?to=bob@lemonade.test&subject=Later"))
    answer = site.client.post("/write/", form | {"text": "x", "do": "later.2020-01-01T08:00"})
    page = answer.content.decode()
    assert answer.status_code == 400 and "must lie ahead" in page
    assert 'value="2020-01-01T08:00"' in page and not Outbox.objects.exists()
