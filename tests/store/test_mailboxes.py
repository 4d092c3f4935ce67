"""Mailboxes: making, renaming, removing."""

from __future__ import annotations

import pytest

from lemonade_server.models import UrlauthKey, UrlauthTicket
from lemonade_server.store import mailbox_rows, mailboxes, messages
from lemonade_server.store.db import transaction
from lemonade_server.store.errors import (
    AlreadyExists,
    HasChildren,
    Impossible,
    LimitReached,
    NotFound,
    TargetNotFound,
)
from lemonade_server.store.ids import AccountId, MailboxId, Uid

from .conftest import mailbox, new_account, put, row, write


def names(account: AccountId) -> list[str]:
    with transaction() as tx:
        return [each.name for each in mailboxes.all_of(tx, account)]


def create(account: AccountId, name: str) -> MailboxId:
    with transaction() as tx:
        return mailboxes.create(tx, account, name).id


def delete(account: AccountId, name: str) -> None:
    with transaction() as tx:
        mailboxes.delete(tx, account, name)


def rename(account: AccountId, old: str, new: str) -> None:
    with transaction() as tx:
        mailboxes.rename(tx, account, old, new)


def test_a_new_account_has_the_standard_mailboxes(account: AccountId) -> None:
    assert names(account) == ["Archive", "Drafts", "INBOX", "Junk", "Sent", "Trash"]
    assert mailbox(account, "Sent").special_use == "\\Sent"
    with transaction() as tx:
        mailboxes.provision(tx, account)
        assert mailboxes.subscriptions(tx, account) == set(names(account))


def test_inbox_in_any_case_and_as_parent(account: AccountId) -> None:
    create(account, "inbox/work")
    assert "INBOX/work" in names(account)
    assert mailbox(account, "iNbOx").name == "INBOX"
    assert mailbox(account, "Inbox/work").name == "INBOX/work"


def test_others_do_not_find_it(account: AccountId) -> None:
    create(account, "private")
    with transaction() as tx:
        assert mailboxes.find(tx, new_account(), "private") is None


def test_parents_are_made_and_doubles_refused(account: AccountId) -> None:
    create(account, "a/b/c/")
    assert {"a", "a/b", "a/b/c"} <= set(names(account))
    with pytest.raises(AlreadyExists):
        create(account, "a/b")


@pytest.mark.parametrize("name", ["", "/", "a//b", "/a", "a*", "50%", "a\tb", "x" * 1001])
def test_impossible_names(account: AccountId, name: str) -> None:
    with pytest.raises(Impossible):
        create(account, name)


def test_a_deleted_name_comes_back_with_a_greater_uidvalidity(account: AccountId) -> None:
    create(account, "again")
    before = mailbox(account, "again")
    put(before.id)
    delete(account, "again")
    create(account, "again")
    after = mailbox(account, "again")
    assert after.uidvalidity > before.uidvalidity
    assert (after.messages, after.uidnext) == (0, 1)


def test_deleting_a_parent_empties_it(account: AccountId) -> None:
    create(account, "a/b")
    put(mailbox(account, "a").id)
    delete(account, "a")
    parent = mailbox(account, "a")
    assert parent.noselect
    assert parent.messages == 0
    with pytest.raises(HasChildren):
        delete(account, "a")
    with pytest.raises(TargetNotFound):
        put(parent.id)
    create(account, "a")
    revived = mailbox(account, "a")
    assert not revived.noselect
    assert revived.uidvalidity > parent.uidvalidity
    assert put(revived.id) == 1


def test_deleting_inbox_or_nothing(account: AccountId) -> None:
    with pytest.raises(Impossible):
        delete(account, "inbox")
    with pytest.raises(NotFound):
        delete(account, "nothing")


def test_a_deleted_mailbox_takes_its_keys_along(account: AccountId) -> None:
    number = create(account, "keyed")
    key = UrlauthKey.objects.create(
        account_id=account, mailbox_id=number, key=b"k" * 32, created_at=1
    )
    ticket = UrlauthTicket.objects.create(
        account_id=account, mailbox_id=number, key=key, rump="/keyed", rump_hash=b"h" * 32,
        access="user+a", uid=1, issued_at=1,
    )  # fmt: skip
    delete(account, "keyed")
    ticket.refresh_from_db()
    assert ticket.key_id is None
    assert not UrlauthKey.objects.filter(pk=key.pk).exists()
    ticket.delete()


def test_renaming_takes_children_along(account: AccountId) -> None:
    create(account, "old/child")
    before = mailbox(account, "old")
    put(before.id)
    rename(account, "old", "new/place")
    assert {"new", "new/place", "new/place/child"} <= set(names(account))
    after = mailbox(account, "new/place")
    assert (after.id, after.uidvalidity, after.messages) == (before.id, before.uidvalidity, 1)
    with pytest.raises(Impossible):
        rename(account, "new", "new/place/deeper")
    with pytest.raises(AlreadyExists):
        rename(account, "new", "Sent")
    with pytest.raises(NotFound):
        rename(account, "old", "older")


def test_names_that_only_begin_alike_are_no_children(account: AccountId) -> None:
    for name in ("box", "box_2", "boxes/x"):
        create(account, name)
    rename(account, "box", "crate")
    assert {"crate", "box_2", "boxes/x"} <= set(names(account))


def test_renaming_inbox_moves_its_messages(account: AccountId, inbox: MailboxId) -> None:
    create(account, "INBOX/child")
    put(inbox)
    put(inbox)
    rename(account, "INBOX", "kept")
    assert row(inbox).name == "INBOX"
    assert row(inbox).messages == 0
    assert mailbox(account, "kept").messages == 2
    assert "INBOX/child" in names(account)


def test_recent_goes_to_one_session_only(inbox: MailboxId) -> None:
    put(inbox)
    put(inbox)
    with transaction() as tx:
        assert mailboxes.claim_recent(tx, inbox, Uid(messages.uids(tx, inbox)[-1])) == 1
        assert mailboxes.claim_recent(tx, inbox, Uid(messages.uids(tx, inbox)[-1])) == 3
    put(inbox)
    with transaction() as tx:
        assert mailboxes.claim_recent(tx, inbox, Uid(messages.uids(tx, inbox)[-1])) == 3


def test_subscriptions_outlive_mailboxes(account: AccountId) -> None:
    create(account, "gone")
    with transaction() as tx:
        mailboxes.subscribe(tx, account, "gone")
        mailboxes.subscribe(tx, account, "gone")
        mailboxes.delete(tx, account, "gone")
        assert "gone" in mailboxes.subscriptions(tx, account)
        mailboxes.unsubscribe(tx, account, "gone")
        assert "gone" not in mailboxes.subscriptions(tx, account)


def test_an_account_has_a_limited_number_of_names(
    account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "MOST_MAILBOXES", 8)
    create(account, "a/b")  # with the six that it has
    with pytest.raises(LimitReached):
        create(account, "c")
    delete(account, "a/b")
    create(account, "c")
    monkeypatch.setattr(mailbox_rows, "MOST_SUBSCRIPTIONS", 7)
    write(lambda tx: mailboxes.subscribe(tx, account, "one"))
    write(lambda tx: mailboxes.subscribe(tx, account, "one"))
    with pytest.raises(LimitReached):
        write(lambda tx: mailboxes.subscribe(tx, account, "two"))
