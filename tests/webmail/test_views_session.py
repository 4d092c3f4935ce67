"""Signing in and out, and how the pages look."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.mailserver import PASSWORD
from webmail.mail.imap.pool import connections
from webmail.pages.page import own_address
from webmail.writing import tasks

from .website import Site, letter


def signing_in(site: Site, password: str = PASSWORD, goal: str = "") -> tuple[int, str]:
    """Status and where it leads, with a fresh browser."""
    client = Client()
    fields = {"username": site.email, "password": password, "next": goal}
    answer = client.post("/login/", fields)
    return answer.status_code, answer.headers.get("Location", "")


def test_signing_in_leads_where_one_was_going(site: Site) -> None:
    assert signing_in(site) == (302, "/")
    assert signing_in(site, goal="/mail/Sent/") == (302, "/mail/Sent/")


NOWHERE = [
    *("https://far.example/", "//far.example", "javascript:alert(1)", "/\\far.example"),
    *(
        "?next=x",
        "x",
        "x/y",
        ".",
        "..",
        "#x",
        "a:b",
        "webmail:home",
        "%2F",
        "\0",
        "/a\r\nSet-Cookie: b",
    ),
    *(
        "/login/",
        "/login/?next=/login/",
        "/logout/",
        "/\u202e",
        "/" + "x" * 20_000,
        "http://[",
        "/\ud800",
    ),
]


@pytest.mark.parametrize("goal", NOWHERE)
def test_another_site_or_nothing_is_nowhere_to_go(goal: str) -> None:
    assert own_address(goal) == ""


def test_so_they_lead_to_a_page_of_ours(site: Site) -> None:
    assert signing_in(site, goal="?next=x") == (302, "/")
    assert signing_in(site, goal="https://far.example/") == (302, "/")
    for goal in ("?next=x", "/\r\nSet-Cookie: b", "//far.example", "x" * 20_000):
        here = site.client.get("/login/", {"next": goal})
        assert (here.status_code, here.headers["Location"]) == (302, "/")
    validity = site.client.get("/mail/INBOX/").context["page"].uidvalidity
    uid = site.put(letter())
    fields = {"do": "read", "uid": uid, "validity": validity, "back": "?next=x"}
    answer = site.client.post("/mail/INBOX/act/", fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mail/INBOX/")


def test_the_admin_is_as_careful(site: Site) -> None:
    for goal in ("?next=?next=x", "//far.example", "a:b"):
        assert Client().get("/admin/login/", {"next": goal}).status_code == 200


def test_the_wrong_password_says_no_more_than_that(site: Site) -> None:
    client = Client()
    known = client.post("/login/", {"username": site.email, "password": "x"})
    unknown = client.post("/login/", {"username": "nobody@lemonade.test", "password": "x"})
    assert known.status_code == unknown.status_code == 403
    for answer in (known, unknown):
        assert b"This address and password don&#x27;t go together" in answer.content
        assert b'value="x"' not in answer.content


def test_pages_want_a_session_and_lead_back(site: Site) -> None:
    client = Client()
    answer = client.get("/mail/Sent/?before=5")
    assert answer.headers["Location"] == "/login/?next=%2Fmail%2FSent%2F%3Fbefore%3D5"
    script = client.get("/mail/Sent/", headers={"X-Pane": "list"})
    assert script.status_code == 401 and script.json()["login"] == "/login/?next=%2Fmail%2FSent%2F"
    script = client.get("/mail/Sent/changes/", headers={"X-Pane": "changes"})
    assert script.json()["login"] == "/login/"


def test_signing_out_takes_a_form_and_ends_it(site: Site) -> None:
    assert site.client.get("/logout/").status_code == 405
    assert site.client.post("/logout/").headers["Location"] == "/login/"
    assert site.client.get("/mail/INBOX/").status_code == 302


def test_signing_out_closes_the_connection_to_the_mail(site: Site) -> None:
    site.text("/mail/INBOX/")
    seat = connections.seat(site.email)
    assert seat.client is not None
    with connections.page_open(site.email):  # in another browser
        site.client.post("/logout/")
        assert seat.client is not None
    site.client.force_login(site.account)
    site.text("/mail/INBOX/")
    site.client.post("/logout/")
    assert seat.client is None


def test_strangers_have_nothing_kept(site: Site) -> None:
    stranger = Client()
    answer = stranger.post("/write/", {"text": "x" * 400_000, "once": "made up"})
    assert answer.headers["Location"] == "/login/"
    assert "sessionid" not in stranger.cookies


def test_sessions_that_are_over_are_forgotten(site: Site) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    tasks.forget()
    assert not Session.objects.exists()


def test_a_session_that_ended_is_told(site: Site) -> None:
    site.client.cookies["sessionid"] = "gone"
    answer = site.client.get("/mail/INBOX/")
    assert "ended=1" in answer.headers["Location"]
    assert "Your session has ended" in site.text(answer.headers["Location"])


def test_the_look_is_kept_on_the_device(site: Site) -> None:
    answer = site.client.post("/settings/", {"theme": "dark", "density": "compact"})
    assert answer.status_code == 302
    page = site.text("/mail/INBOX/")
    assert 'data-theme="dark" data-density="compact"' in page
    site.client.post("/logout/")
    assert 'data-theme="dark"' in site.text("/login/")
    site.client.cookies["look"] = 'x" onload="alert(1)'
    assert 'data-theme="auto" data-density="comfortable"' in site.text("/login/")


def test_nonsense_in_the_settings_is_refused(site: Site) -> None:
    answer = site.client.post("/settings/", {"theme": "pink", "density": "compact"})
    assert answer.status_code == 200 and b"can't be saved" in answer.content
    assert "look" not in answer.cookies


def test_times_are_in_the_readers_zone(site: Site) -> None:
    uid = site.put(letter())
    site.client.cookies["zone"] = "Asia/Tokyo"
    assert "24 Nov 2026, 14:00" in site.text(f"/mail/INBOX/{uid}/")
    site.client.cookies["zone"] = "../../etc/passwd"
    assert "24 Nov 2026, 05:00" in site.text(f"/mail/INBOX/{uid}/")


def test_the_keys_have_a_page(site: Site) -> None:
    assert "Reply to all" in site.text("/keys/")


def test_cookies_that_came_by_tls_go_by_tls_alone(site: Site) -> None:
    for secure in (True, False):
        client = Client()
        answer = client.get("/login/", secure=secure)
        token = answer.cookies["csrftoken"]
        fields = {"username": site.email, "password": PASSWORD}
        session = client.post("/login/", fields, secure=secure).cookies["sessionid"]
        assert bool(token["secure"]) is bool(session["secure"]) is secure
        assert session["httponly"] and session["samesite"] == "Lax"


def test_the_session_has_another_name_after_signing_in(site: Site) -> None:
    client = Client()
    client.cookies["sessionid"] = "chosen-by-somebody-else"
    fields = {"username": site.email, "password": PASSWORD}
    client.post("/login/", fields)
    assert client.cookies["sessionid"].value != "chosen-by-somebody-else"


@pytest.mark.parametrize("where", ["cross-site", "same-site"])
def test_another_origin_gets_nothing_but_followed_links(site: Site, where: str) -> None:
    """Another port of this host is the same site, and its requests have our cookies."""
    page = "/mail/INBOX/"
    link = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": where}
    assert "Inbox" in site.text(page, headers=link)
    for more in ({"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Mode": "no-cors"}):
        assert "Inbox" not in site.text(page, 403, headers={**link, **more})
    assert site.client.post(f"{page}act/", headers=link).status_code == 403
    own = {**link, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    answer = site.client.get(page, headers=own)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_new_password_ends_every_other_session(site: Site) -> None:
    site.account.set_password("another long phrase")
    site.account.save()
    assert site.client.get("/mail/INBOX/").status_code == 302
