"""App passwords in the admin: seen, and revoked by who may."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.test import Client

from lemonade_server.auth.app_password_store import AppPasswordStore
from lemonade_server.directory import enrolment
from lemonade_server.models import AppPassword

from .conftest import PASSWORD, World

LIST = "/admin/lemonade_server/apppassword/"


def test_they_are_seen_without_their_secrets_and_revoked(world: World, operator: Client) -> None:
    secret = AppPasswordStore.issue(world.alice.pk, "Phone", ["mail", "sending"], 30)
    row = AppPassword.objects.get()
    text = operator.get(LIST).content.decode()
    assert "Phone" in text and "Send mail (SMTP)" in text and secret not in text
    page = f"{LIST}{row.pk}/"
    assert operator.get(f"{page}change/").status_code == 200
    assert operator.get(f"{LIST}add/").status_code == 403
    assert operator.post(f"{page}delete/", {"post": "yes"}).status_code == 302
    assert not AppPassword.objects.exists()


def test_who_may_delete_those_of_users_not_those_of_the_staff(
    world: World, operator: Client
) -> None:
    helper = enrolment.enrol("helper@lemonade.test", PASSWORD)
    helper.is_staff = True
    helper.save()
    helper.user_permissions.set(Permission.objects.filter(codename__endswith="_apppassword"))
    boss = enrolment.enrol("boss@lemonade.test", PASSWORD, superuser=True)
    for account in (world.alice, boss):
        AppPasswordStore.issue(account.pk, "Phone", ["mail"])
    client = Client()
    client.force_login(helper)
    users, bosses = AppPassword.objects.order_by("pk")
    assert client.post(f"{LIST}{bosses.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{users.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(AppPassword.objects.all()) == [bosses]
