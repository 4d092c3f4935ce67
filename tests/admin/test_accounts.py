"""Accounts in the admin: the same rules as in the shell, and what only a page can do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from lemonade_server.auth import tokens
from lemonade_server.directory import enrolment
from lemonade_server.directory.quota import parse_octets, spell_octets
from lemonade_server.models import Account, Mailbox, UrlauthTicket
from lemonade_server.store.db import snapshot
from tests.logins import authenticate

from .conftest import PASSWORD, World

LIST = "/admin/lemonade_server/account/"
FORM = {"name": "", "quota": "0", "message_quota": "0", "role": "user"}


def new(**fields: str) -> dict[str, str]:
    return {
        "email": "carol", "password1": PASSWORD, "password2": PASSWORD, "name": "Carol",
        "quota": "5 GB", "role": "user", **fields,
    }  # fmt: skip


def test_a_new_account_has_its_mailboxes_and_can_log_in(world: World, operator: Client) -> None:
    answer = operator.post(f"{LIST}add/", new())
    assert answer.status_code == 302
    carol = Account.objects.get(email="carol@lemonade.test")
    assert (carol.name, carol.quota, carol.is_superuser) == ("Carol", 5_000_000_000, False)
    assert Mailbox.objects.filter(account=carol).count() == 6
    assert authenticate("carol", PASSWORD) is not None
    assert carol.scram_iterations


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "alice"}, "has an account already"),
        ({"email": "carol@elsewhere.example"}, "is not a domain of this server"),
        ({"email": "not an address"}, "is not an e-mail address"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password2": "something else"}, "not the same"),
        ({"quota": "much"}, "number of octets"),
    ],
)
def test_what_the_shell_refuses_is_refused(
    world: World, operator: Client, fields: dict[str, str], words: str
) -> None:
    answer = operator.post(f"{LIST}add/", new(**fields))
    assert words in answer.content.decode()
    assert not Account.objects.filter(email__startswith="carol").exists()


def test_a_change_leaves_the_columns_of_others_alone(world: World, operator: Client) -> None:
    page = f"{LIST}{world.bob.pk}/change/"
    operator.get(page)
    Account.objects.filter(pk=world.bob.pk).update(last_uidvalidity=2_000_000_000)
    form = {"name": "Bob", "quota": "1 MB", "message_quota": "20", "role": "user"}
    operator.post(page, form | {"is_active": "on"})
    bob = Account.objects.get(pk=world.bob.pk)
    assert (bob.name, bob.quota, bob.message_quota) == ("Bob", 1_000_000, 20)
    assert bob.last_uidvalidity == 2_000_000_000


def test_a_new_password_ends_what_the_old_one_opened(world: World, operator: Client) -> None:
    page = f"{LIST}{world.bob.pk}/password/"
    assert b"SCRAM-SHA-256" in operator.get(page).content
    weak = operator.post(page, {"new_password1": "abc", "new_password2": "abc"})
    assert b"too short" in weak.content
    token = tokens.issue_token("bob@lemonade.test")
    phrase = "another long phrase"
    assert (
        operator.post(page, {"new_password1": phrase, "new_password2": phrase}).status_code == 302
    )
    assert authenticate("bob", phrase) is not None
    assert authenticate("bob", PASSWORD) is None
    with snapshot() as tx:
        assert tokens.verify_token(tx, token) is None


def test_accounts_are_disabled_and_enabled(world: World, operator: Client) -> None:
    chosen = {"_selected_action": [world.alice.pk, world.bob.pk]}
    operator.post(LIST, {"action": "disable", **chosen})
    assert authenticate("bob", PASSWORD) is None
    operator.post(LIST, {"action": "enable", **chosen})
    assert authenticate("bob", PASSWORD) is not None


def test_nobody_locks_himself_out(world: World, operator: Client) -> None:
    me = Account.objects.get(email="admin@lemonade.test")
    operator.post(LIST, {"action": "disable", "_selected_action": [me.pk]})
    operator.post(f"{LIST}{me.pk}/change/", FORM)
    me.refresh_from_db()
    assert me.is_active and me.is_superuser
    assert operator.post(f"{LIST}{me.pk}/delete/", {"post": "yes"}).status_code == 403


def test_deleting_says_what_goes_and_does_it(world: World, operator: Client) -> None:
    world.ticket()
    page = f"{LIST}{world.alice.pk}/delete/"
    asked = operator.get(page).content.decode()
    assert "mailboxes: 6, messages: 3" in asked
    assert "tickets: 1" in asked
    assert Account.objects.filter(pk=world.alice.pk).exists()
    assert operator.post(page, {"post": "yes"}).status_code == 302
    assert not Account.objects.filter(pk=world.alice.pk).exists()
    assert not Mailbox.objects.filter(account_id=world.alice.pk).exists()
    assert not UrlauthTicket.objects.exists()


def test_staff_have_no_power_over_superusers(world: World, operator: Client) -> None:
    helper = enrolment.enrol("helper@lemonade.test", PASSWORD)
    helper.is_staff = True
    helper.save()
    helper.user_permissions.set(Permission.objects.filter(content_type__model="account"))
    client = Client()
    client.force_login(helper)
    boss = Account.objects.get(email="admin@lemonade.test")
    assert client.post(f"{LIST}{boss.pk}/password/").status_code == 403
    assert client.post(f"{LIST}{boss.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "disable", "_selected_action": [boss.pk]})
    form = FORM | {"is_active": "on", "is_superuser": "on"}
    client.post(f"{LIST}{world.bob.pk}/change/", form)
    client.post(f"{LIST}add/", new(is_superuser="on"))
    assert Account.objects.get(pk=boss.pk).is_active
    assert list(Account.objects.filter(is_superuser=True)) == [boss]


def test_octets_are_read_and_spelled() -> None:
    assert [parse_octets(text) for text in ("", "0", "512", "5 GB", "1.5MB", "2 kb")] == [
        0, 0, 512, 5_000_000_000, 1_500_000, 2_000,
    ]  # fmt: skip
    assert [spell_octets(count) for count in (0, 512, 1_500_000, 5_000_000_000)] == [
        "0", "512", "1500 kB", "5 GB",
    ]  # fmt: skip
