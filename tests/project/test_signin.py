"""Signing in to the web: the same brake as everywhere, said on the page."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from lemonade_server.auth import brake, web_login
from lemonade_server.auth.passwords.workers import Workers
from lemonade_server.models import Account

pytestmark = pytest.mark.django_db(transaction=True)
FACES = ("/login/", "/admin/login/")


@pytest.fixture(autouse=True)
def plain_static(settings: Settings) -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def alice() -> Account:
    return Account.objects.create_superuser("alice@lemonade.test", "open sesame")


def fields(name: str, password: str) -> dict[str, str]:
    return {"username": name, "password": password}


def signs_in(face: str, password: str, address: str = "192.0.2.1", name: str = "alice") -> bool:
    answer = Client(REMOTE_ADDR=address).post(face, fields(name, password), secure=True)
    return answer.status_code == 302


@pytest.mark.parametrize("face", FACES)
def test_a_pause_is_said_with_its_end(alice: Account, face: str) -> None:
    for number in range(brake.PER_PAIR):
        assert not signs_in(face, f"wrong {number}")
    pages = []
    for name in ("alice", "nobody"):
        for number in range(brake.PER_PAIR):
            signs_in(face, f"wrong {number}", name=name)
        browser = Client(REMOTE_ADDR="192.0.2.1")
        pages.append(browser.post(face, fields(name, "open sesame"), secure=True))
    for page in pages:
        assert "Too many failed logins: try again in " in page.content.decode()
        assert " UTC." in page.content.decode()
    assert [page.status_code for page in pages] == [429, 429]
    assert 200 < int(pages[0].headers["Retry-After"]) <= 300
    assert signs_in(face, "open sesame", address="192.0.2.2")


def test_many_sign_ins_at_once_are_no_guesses(alice: Account) -> None:
    """More of one person than may fail: none is taken for a failure while it is looked at."""

    def sign_in(_: int) -> bool:
        try:
            return web_login.check_password("alice", "open sesame", "192.0.2.1") is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(25) as pool:
        assert all(pool.map(sign_in, range(25)))


def test_all_faces_count_together(alice: Account) -> None:
    for number in range(brake.PER_PAIR):
        assert not signs_in(FACES[number % 2], f"wrong {number}")
    assert not signs_in("/login/", "open sesame")
    assert not signs_in("/admin/login/", "open sesame")


def test_too_many_at_once_get_a_page_that_says_so(
    alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_login, "shared_workers", lambda: Workers(most_waiting=0))
    answer = Client().post("/login/", fields("alice", "open sesame"), secure=True)
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "5"
    assert "Too many logins at once" in answer.content.decode()


def test_each_sign_in_is_logged_with_who_and_whence(
    alice: Account, caplog: pytest.LogCaptureFixture
) -> None:
    agent = "Mozilla/5.0\r\nevent=forged"
    with caplog.at_level(logging.INFO, "lemonade_server.auth.login_log"):
        for face, password in zip(FACES * 2, ["open sesame"] * 2 + ["wrong"] * 2, strict=True):
            browser = Client(REMOTE_ADDR="192.0.2.1", HTTP_USER_AGENT=agent)
            browser.post(face, fields("alice", password), secure=True)
    logged = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert [(one["event"], one["protocol"]) for one in logged] == [
        ("login", "web"), ("login", "admin"), ("login failed", "web"), ("login failed", "admin"),
    ]  # fmt: skip
    for one in logged:
        assert one["account"].startswith("alice") and one["address"] == "192.0.2.1"
        assert (one["method"], one["client"]) == ("FORM", "Mozilla/5.0\\r\\nevent=forged")


def test_a_session_goes_on_when_the_hash_is_made_anew(alice: Account) -> None:
    browser = Client()
    browser.post("/admin/login/", fields("alice", "open sesame"), secure=True)
    fresh = Account.objects.get(pk=alice.pk)
    Account.objects.filter(pk=alice.pk).update(password="md5$x$y")
    assert browser.get("/admin/login/", secure=True).status_code == 302
    fresh.set_password("another")
    fresh.save()
    assert browser.get("/admin/login/", secure=True).status_code == 200
