"""The page of one's password and of the passwords of single programs."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from django.test import Client

from lemonade_server.models import Account, AppPassword
from tests.mailserver import PASSWORD

from .website import Site

NEW = "three green parrots"
APP = {"name": "My <phone>", "scope": ["mail", "contacts"], "current": PASSWORD, "lasts": "30"}


def post(site: Site, path: str, status: int, **fields: Any) -> str:
    answer = site.client.post(f"/settings/security/{path}", fields)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def test_a_password_is_changed_and_every_other_session_ends(site: Site) -> None:
    other = Client()
    other.force_login(site.account)
    post(site, "password/", 302, current=PASSWORD, new=NEW, again=NEW)
    assert "Your password is changed." in site.text("/settings/security/")
    assert other.get("/settings/security/").status_code == 302
    account = Account.objects.get(pk=site.account.pk)
    assert account.check_password(NEW)
    assert "/settings/security/" in site.text("/settings/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"current": "wrong"}, "This is not your password."),
        ({"new": "short", "again": "short"}, "too short"),
        ({"new": "password1", "again": "password1"}, "too common"),
        ({"again": "three blue parrots"}, "The two are not the same."),
        ({"new": "three\0green", "again": "three\0green"}, "such a character"),
        ({"new": "reader@lemonade.test", "again": "reader@lemonade.test"}, "too similar"),
        ({"new": "x" * 1001, "again": "x" * 1001}, "at most 1000 characters"),
        ({}, "This is not your password."),
    ],
)
def test_what_is_refused_changes_nothing(site: Site, fields: dict[str, str], words: str) -> None:
    typed = {"current": "", "new": NEW, "again": NEW, **fields}
    page = post(site, "password/", 400, **typed)
    assert words in page and 'aria-invalid="true"' in page
    assert NEW not in page
    assert Account.objects.get(pk=site.account.pk).check_password(PASSWORD)


def test_guesses_are_braked(site: Site) -> None:
    for _ in range(30):
        answer = site.client.post("/settings/security/apps/", APP | {"current": "wrong"})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429 and "Too many failed logins" in answer.content.decode()
    assert not AppPassword.objects.exists()


def test_an_app_password_is_shown_once_and_opens_what_it_is_for(site: Site) -> None:
    page = post(site, "apps/", 200, **APP)
    found = re.search(r'class="?secret"?>([a-z2-9-]{29})<', page)
    assert found is not None and "My &lt;phone&gt;" in page
    later = site.text("/settings/security/")
    assert found[1] not in later and "Never used" in later
    assert "Read and file mail (IMAP) · Read and change the address book (CardDAV)" in later
    assert "Send mail (SMTP)" not in later.partition("A new app password")[0]
    coded = base64.b64encode(f"{site.email}:{found[1]}".encode()).decode()
    answer = Client().generic(
        "PROPFIND", "/dav/", headers={"Authorization": f"Basic {coded}", "Depth": "0"}
    )
    assert answer.status_code == 207
    assert "Last used" in site.text("/settings/security/")
    row = AppPassword.objects.get()
    assert row.expires_at == row.created_at + 30 * 86_400
    assert Client().login(username=site.email, password=found[1]) is False


def test_it_is_revoked_by_its_owner_alone(site: Site) -> None:
    stranger = Account.objects.create_user("stranger@lemonade.test", PASSWORD)
    foreign = AppPassword.objects.create(
        account=stranger, name="Theirs", digest=b"x", scopes="mail", created_at=1, expires_at=2
    )
    post(site, "apps/", 200, **APP)
    own = AppPassword.objects.get(account=site.account)
    page = site.text("/settings/security/")
    assert "Theirs" not in page
    for number in (foreign.pk, own.pk, own.pk):
        post(site, "apps/revoke/", 302, number=str(number))
    assert list(AppPassword.objects.all()) == [foreign]
    for typed in ("", "x", "-1", "1" * 40, "٣"):
        post(site, "apps/revoke/", 404, number=typed)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Give it a name"),
        ({"scope": []}, "Choose what it is for."),
        ({"scope": ["root"]}, "Choose what it is for."),
        ({"current": "no"}, "This is not your password."),
        ({"lasts": "-1"}, "Choose how long it lasts."),
        ({"name": "Phone\u202e"}, "Give it a name"),
    ],
)
def test_what_can_not_be_made_is_said(site: Site, fields: dict[str, Any], words: str) -> None:
    page = post(site, "apps/", 400, **(APP | fields))
    assert words in page and not AppPassword.objects.exists()


def test_who_has_not_signed_in_sees_nothing(site: Site) -> None:
    nobody = Client()
    assert nobody.get("/settings/security/").status_code == 302
    for path in ("password/", "apps/", "apps/revoke/"):
        assert nobody.post(f"/settings/security/{path}", APP).status_code in (302, 401)
        assert site.client.get(f"/settings/security/{path}").status_code == 405
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(site.account)
        assert strict.post(f"/settings/security/{path}", APP).status_code == 403
    assert not AppPassword.objects.exists()
