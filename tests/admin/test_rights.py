"""Rights in mailboxes, and the mailboxes of nobody, in the admin."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from lemonade_server.directory import enrolment, sharing
from lemonade_server.models import Account, Mailbox, MailboxAccess
from lemonade_server.store import mailboxes
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId

from .conftest import PASSWORD, World

LIST = "/admin/lemonade_server/mailbox/"


def may(world: World, right: str) -> bool:
    with transaction() as tx:
        row = mailboxes.get(tx, world.inbox)
        assert row is not None
        return mailboxes.may(tx, AccountId(world.bob.pk), row, right)


def test_rights_are_shown_given_and_taken(world: World, operator: Client) -> None:
    page = f"{LIST}{world.inbox}/rights/"
    assert page in operator.get(f"{LIST}{world.inbox}/change/").content.decode()
    text = operator.get(page).content.decode()
    assert "Other Users/alice/INBOX" in text and "the owner has all rights" in text
    assert operator.post(page, {"who": "bob", "rights": "lrs"}).status_code == 302
    assert may(world, "r") and not may(world, "i")
    assert "bob@lemonade.test" in operator.get(page).content.decode()
    assert LogEntry.objects.get().change_message == "Rights of bob: lrs."
    operator.post(page, {"who": "bob@lemonade.test", "rights": ""})
    assert not MailboxAccess.objects.exists()


@pytest.mark.parametrize(
    ("who", "rights", "words"),
    [
        ("nobody", "lr", "there is no such account"),
        ("alice", "lr", "has all rights and keeps them"),
        ("bob", "lz", "is not a right"),
        ("-", "lr", "the identifier is empty"),
        ("", "lr", "This field is required"),
    ],
)
def test_what_is_refused_is_told(
    world: World, operator: Client, who: str, rights: str, words: str
) -> None:
    answer = operator.post(f"{LIST}{world.inbox}/rights/", {"who": who, "rights": rights})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not MailboxAccess.objects.exists()


def test_who_may_only_look_changes_nothing(world: World) -> None:
    staff = enrolment.enrol("staff@lemonade.test", PASSWORD)
    staff.is_staff = True
    staff.save()
    staff.user_permissions.add(Permission.objects.get(codename="view_mailbox"))
    client = Client()
    client.force_login(staff)
    page = f"{LIST}{world.inbox}/rights/"
    assert "Give rights" not in client.get(page).content.decode()
    assert client.post(page, {"who": "staff", "rights": "lr"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert not MailboxAccess.objects.exists()


def test_a_shared_mailbox_is_made_and_erased(world: World, operator: Client) -> None:
    assert operator.post(f"{LIST}add/", {"name": "Team/Plans"}).status_code == 302
    made = Mailbox.objects.get(name="Team/Plans")
    assert made.account.role == Account.Role.SHARED
    for name, words in (
        ("Team/Plans", "exists already"),
        ("a//b", "have this name"),
        ("INBOX", "belongs to nobody"),
    ):
        assert words in operator.post(f"{LIST}add/", {"name": name}).content.decode()
    assert "Team/Plans" in operator.get(f"{LIST}?shared=nobody").content.decode()
    assert "#shared" not in operator.get("/admin/lemonade_server/account/").content.decode()
    assert operator.get(f"{LIST}{world.inbox}/delete/").status_code == 403
    page = f"{LIST}{made.pk}/delete/"
    assert "messages: 0" in operator.get(page).content.decode()
    assert operator.post(page, {"post": "yes"}).status_code == 302
    assert not Mailbox.objects.filter(name="Team/Plans").exists()


def test_nobody_is_given_the_role_of_nobody(world: World, operator: Client) -> None:
    page = operator.get("/admin/lemonade_server/account/add/").content.decode()
    assert 'value="submit"' in page
    assert 'value="shared"' not in page


def test_a_name_that_is_taken_meanwhile_is_said(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the check of the form and the moment it is saved."""
    operator.post(f"{LIST}add/", {"name": "Team"})
    monkeypatch.setattr(sharing, "check_free", lambda *_: None)
    answer = operator.post(f"{LIST}add/", {"name": "Team"}, follow=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Nothing was changed: a mailbox of this name exists already." in text
    assert Mailbox.objects.filter(name="Team").count() == 1
