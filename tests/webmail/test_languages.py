"""Pages speak the language that their reader has set, else the one that the browser asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from lemonade_server.models import Account

from .website import Site

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_the_browser_chooses(site: Site) -> None:
    page = site.client.get("/mail/INBOX/", headers=GERMAN).content.decode()
    assert '<html lang="de"' in page and "Posteingang" in page and ">Schreiben</a>" in page
    page = site.client.get("/mail/INBOX/", headers={"Accept-Language": "xx"}).content.decode()
    assert '<html lang="en"' in page


def test_the_reader_chooses_for_all_devices(site: Site) -> None:
    settings = {"theme": "auto", "density": "compact", "after": "next", "language": "de"}
    response = site.client.post("/settings/", settings, follow=True)
    assert "Einstellungen gespeichert." in response.content.decode()
    assert list(Account.objects.filter(language="de")) == [Account.objects.get(email=site.email)]
    assert '<html lang="de"' in site.client.get("/mail/INBOX/").content.decode()
    site.client.post("/settings/", {**settings, "language": ""})
    assert '<html lang="en"' in site.client.get("/mail/INBOX/").content.decode()


def test_a_language_that_nobody_speaks_is_refused(site: Site) -> None:
    settings = {"theme": "auto", "density": "compact", "language": "tlh"}
    assert "can't be saved" in site.client.post("/settings/", settings).content.decode()
    assert not Account.objects.filter(language="tlh")


def test_the_page_has_the_words_of_its_script(site: Site) -> None:
    page = site.client.get("/mail/INBOX/", headers=GERMAN).content.decode()
    found = re.search(r'<script id="words" type="application/json">(.*?)</script>', page)
    assert found is not None
    words = json.loads(found[1])
    assert words["unread"] == {"one": "%(number)s ungelesen", "other": "%(number)s ungelesen"}
    assert words["chooseFirst"] == "Wählen Sie zuerst eine Nachricht."


def test_an_error_is_told_in_the_language_of_its_reader(site: Site) -> None:
    page = site.client.get("/mail/Nowhere/", headers=GERMAN).content.decode()
    assert "Es gibt keinen Ordner „Nowhere“ (mehr)." in page


def test_pages_that_may_be_kept_say_that_they_differ_by_language(site: Site) -> None:
    response = site.client.get("/there/is/no/such/page")
    assert response.status_code == 404 and "Accept-Language" in response.headers["Vary"]


def test_a_language_from_right_to_left_mirrors_the_page(site: Site) -> None:
    page = site.client.get("/mail/INBOX/", headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    found = re.search(r'<script id="words" type="application/json">(.*?)</script>', page)
    assert found is not None
    assert list(json.loads(found[1])["unread"]) == ["zero", "one", "two", "few", "many", "other"]
