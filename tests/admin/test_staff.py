"""What staff who aren't superusers can't do: guess secrets, rise, lose what is on its way."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from lemonade_server.directory import enrolment
from lemonade_server.models import Account, MailboxAccess
from webmail.models import Outbox

from .conftest import PASSWORD, World

ADMIN = "/admin/lemonade_server/"


def staff(name: str, *permissions: str) -> tuple[Account, Client]:
    """A member of the staff with these permissions, signed in."""
    account = enrolment.enrol(f"{name}@lemonade.test", PASSWORD)
    account.is_staff = True
    account.save()
    for codename in permissions:
        account.user_permissions.add(Permission.objects.get(codename=codename))
    client = Client()
    client.force_login(account)
    return account, client


@pytest.mark.parametrize(
    "question",
    [
        "account/?password__startswith=argon2",
        "account/?scram_server_key__gt=a",
        "account/?login_epoch=0",
        "dkimkey/?secret__gt=a",
        "urlauthkey/?secret__gt=a",
        "urlauthticket/?key__secret__gt=a",
        "domain/?dkim_keys__secret__gt=a",
    ],
)
def test_no_list_answers_questions_about_secrets(
    world: World, operator: Client, question: str
) -> None:
    assert operator.get(f"{ADMIN}{question}").status_code == 400


def test_nor_about_the_tickets_of_the_outbox(world: World, operator: Client) -> None:
    assert operator.get("/admin/webmail/outbox/?ticket__startswith=imap").status_code == 400
    assert operator.get("/admin/webmail/outbox/?state__exact=failed").status_code == 200


def test_who_sets_passwords_sets_none_of_other_staff(world: World) -> None:
    boss, _ = staff("boss", "change_domain")
    helper, client = staff("helper", "view_account", "change_account", "delete_account")
    new = {"new_password1": "another long phrase", "new_password2": "another long phrase"}
    assert client.post(f"{ADMIN}account/{boss.pk}/password/", new).status_code == 403
    assert client.get(f"{ADMIN}account/{boss.pk}/delete/").status_code == 403
    client.post(
        f"{ADMIN}account/", {"action": "disable", "_selected_action": [boss.pk, world.bob.pk]}
    )
    boss.refresh_from_db()
    world.bob.refresh_from_db()
    assert boss.is_active and not world.bob.is_active
    assert client.post(f"{ADMIN}account/{world.bob.pk}/password/", new).status_code == 302
    assert client.post(f"{ADMIN}account/{helper.pk}/password/", new).status_code == 302


def test_nor_gives_rights_in_mail_of_theirs(world: World) -> None:
    Account.objects.filter(pk=world.alice.pk).update(is_staff=True)
    _, client = staff("helper", "view_mailbox", "change_mailboxaccess")
    answer = client.post(f"{ADMIN}mailbox/{world.inbox}/rights/", {"who": "helper", "rights": "lr"})
    assert answer.status_code == 403
    assert not MailboxAccess.objects.exists()


def test_what_is_on_its_way_is_only_looked_at(world: World) -> None:
    row = Outbox.objects.create(
        account=world.alice, folder="Sent", uidvalidity=1, uid=1, message_id="<1@x>",
        state=Outbox.State.FAILED, next_attempt_at=timezone.now(), pending=False,
    )  # fmt: skip
    _, client = staff("helper", "view_outbox", "delete_outbox")
    page = "/admin/webmail/outbox/"
    assert client.get(page).status_code == 200
    for action in ("try_again", "delete_selected"):
        client.post(page, {"action": action, "_selected_action": [row.pk]})
    assert client.post(f"{page}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.state == Outbox.State.FAILED
