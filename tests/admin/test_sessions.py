"""Resumable sessions in the admin: seen, found by state, ended after a question."""

from __future__ import annotations

import time

from django.test import Client

from lemonade_server.models import Account, ImapSession
from lemonade_server.store import resumption
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId, MailboxId

from .conftest import World

SESSIONS = "/admin/lemonade_server/imapsession/"


def now() -> int:
    return int(time.time())


def begun(account: Account, mailbox: MailboxId | None, connection: str = "") -> bytes:
    """A session of that account; its id."""
    owner = AccountId(account.pk)
    with transaction() as tx:
        claimed = resumption.claim(
            tx, owner, account.login_epoch, None, connection="x", now=now(), lifetime=1800
        )
        assert claimed is not None
        state = resumption.State(mailbox=mailbox, name="inbox")
        assert resumption.save(tx, claimed.id, "x", state, now())
        if not connection:
            resumption.leave(tx, claimed.id, "x", now())
    return claimed.sid


def shown(client: Client, query: str) -> set[str]:
    found = client.get(f"{SESSIONS}?{query}").context["cl"].result_list
    return {session.account.email for session in found}


def test_sessions_are_found_by_state_and_owner(world: World, operator: Client) -> None:
    sid = begun(world.alice, world.inbox, "x")
    begun(world.bob, MailboxId(99_999))
    ImapSession.objects.filter(account=world.bob).update(seen_at=now() - 200)
    assert shown(operator, "state=in+use") == {world.alice.email}
    assert shown(operator, "state=waiting") == {world.bob.email}
    assert shown(operator, "q=alice") == {world.alice.email}
    ImapSession.objects.filter(account=world.bob).update(seen_at=now() - 1900)
    assert shown(operator, "state=expired") == {world.bob.email}
    page = operator.get(SESSIONS).content
    assert b"INBOX" in page and b"a deleted mailbox" in page
    row = ImapSession.objects.get(account=world.alice)
    one = operator.get(f"{SESSIONS}{row.pk}/change/").content
    for secret in (sid, bytes(row.sid_hash), bytes(row.sid_hash).hex().encode()):
        assert secret not in page + one


def test_a_session_is_ended_after_a_question(world: World, operator: Client) -> None:
    begun(world.alice, world.inbox)
    begun(world.bob, None)
    row = ImapSession.objects.get(account=world.alice)
    chosen = {"action": "end", "_selected_action": [row.pk]}
    asked = operator.post(SESSIONS, chosen).content.decode()
    assert "End 1 session?" in asked and world.alice.email in asked
    assert ImapSession.objects.count() == 2
    answer = operator.post(SESSIONS, {**chosen, "confirmed": "yes"}, follow=True)
    assert "1 session ended" in answer.content.decode()
    assert [session.account for session in ImapSession.objects.all()] == [world.bob]


def test_disabling_and_a_new_password_end_sessions(world: World, operator: Client) -> None:
    begun(world.alice, world.inbox)
    begun(world.bob, None)
    accounts = "/admin/lemonade_server/account/"
    operator.post(accounts, {"action": "disable", "_selected_action": [world.alice.pk]})
    assert not ImapSession.objects.filter(account=world.alice).exists()
    world.bob.save()
    assert ImapSession.objects.filter(account=world.bob).exists()
    world.bob.set_password("another long phrase")
    world.bob.save()
    assert not ImapSession.objects.exists()
