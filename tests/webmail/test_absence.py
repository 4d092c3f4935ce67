"""The answer while away: on a page of its own, switched on and off, and said while it is on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from webmail.models import Preferences

from .test_views_filters import active, seen
from .website import Site

NOTICE = "people get an answer"


def save(site: Site, **typed: str) -> Any:
    mark = seen(site.text("/filters/answer/"))
    filled = {"seen": mark, "alone": "1", "days": "7", "text": "I am away."}
    return site.client.post("/filters/away/", filled | typed, follow=True)


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def test_it_is_set_from_the_settings_and_said_on_every_page_until_it_is_over(site: Site) -> None:
    assert "/filters/answer/" in site.text("/settings/")
    assert "/filters/answer/" in site.text("/settings/identities/")
    assert NOTICE not in site.text("/mail/INBOX/")
    page = save(site, on="on", end=day(3)).content.decode()
    assert 'id="away"' in page and "rules-title" not in page and NOTICE in page
    assert "until" in site.text("/mail/INBOX/") and b"vacation" in active(site)
    Preferences.objects.update(away_until=timezone.localdate() - timedelta(days=1))
    assert NOTICE not in site.text("/write/")


def test_it_is_switched_off_and_on_with_its_words(site: Site) -> None:
    save(site, on="on")
    gone = site.client.post("/filters/answer/switch/", {"back": "/mail/INBOX/"})
    assert gone.headers["Location"] == "/mail/INBOX/"
    assert NOTICE not in site.text("/mail/INBOX/") and b"vacation :" not in active(site)
    assert "I am away." in site.text("/filters/answer/")
    site.client.post("/filters/answer/switch/", {"on": "1", "back": "https://evil.example/"})
    assert NOTICE in site.text("/mail/INBOX/") and b"vacation :" in active(site)


def test_without_words_it_is_not_switched_on(site: Site) -> None:
    answer = site.client.post("/filters/answer/switch/", {"on": "1"})
    assert answer.status_code == 400 and "Write what people are told" in answer.content.decode()
    assert NOTICE not in site.text("/mail/INBOX/")


@pytest.mark.parametrize("wrong", [{"days": "0"}, {"start": day(3), "end": day(1)}])
def test_what_is_wrong_is_said_on_the_same_page(site: Site, wrong: dict[str, str]) -> None:
    page = save(site, on="on", **wrong)
    assert page.status_code == 400 and "rules-title" not in page.content.decode()


def test_what_another_program_did_is_known_once_the_page_was_looked_at(site: Site) -> None:
    save(site, on="on", start=day(2))
    assert "begins on" in site.text("/mail/INBOX/")
    mark = seen(site.text("/filters/"))
    site.client.post("/filters/script/", {"seen": mark, "script": "keep;"})
    assert "begins on" not in site.text("/mail/INBOX/")
    answer = site.client.post("/filters/answer/switch/", {})
    assert answer.status_code == 409 and "by hand" in answer.content.decode()
