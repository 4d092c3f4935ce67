"""Copies that are prepared aside, and mailboxes whose messages are erased in pieces."""

from __future__ import annotations

import time

import pytest

from lemonade_server.store import changes, mailboxes, messages, search, staging
from lemonade_server.store.check import check
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.erase import sweep
from lemonade_server.store.errors import (
    Conflict,
    MessageExpunged,
    OverQuota,
    TargetNotFound,
)
from lemonade_server.store.flags import DELETED, SEEN
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.search_tree import All, Flag, FuzzyText, Header, Not
from lemonade_server.store.staging import StagedCopy
from lemonade_server.urlauth import url_targets
from lemonade_server.wire import imapurl

from .conftest import mailbox, message, new_account, put, row, write


def staged(source: MailboxId, target: MailboxId, uids: list[int]) -> StagedCopy:
    """A copy that is prepared to its last message."""
    with transaction() as tx:
        copy = staging.begin(tx, target, len(uids))
        assert copy is not None
    for at in range(0, len(uids), 2):
        piece = uids[at : at + 2]
        with transaction() as tx:
            unseen, octets = staging.stage(tx, copy, source, piece)
        copy.messages += len(piece)
        copy.unseen += unseen
        copy.octets += octets
    return copy


def published(copy: StagedCopy, source: MailboxId, uids: list[int]) -> list[tuple[int, int]]:
    with transaction() as tx:
        staging.publish(tx, copy, source, uids, None)
    return [(uid, copy.first + at) for at, uid in enumerate(uids)]


def hidden_rows() -> int:
    with snapshot() as tx:
        return int(tx.value("SELECT COUNT(*) FROM hidden_messages"))


def fill(box: MailboxId, count: int = 5) -> list[int]:
    return [put(box, message(f"m{n}"), SEEN if n % 2 else DELETED, ["k"]) for n in range(count)]


def test_what_is_prepared_is_nowhere_to_be_seen(inbox: MailboxId, sent: MailboxId) -> None:
    uids = fill(inbox)
    put(sent, message("before"), DELETED)
    before = row(sent)
    copy = staged(inbox, sent, uids)
    after = row(sent)
    assert (after.messages, after.unseen, after.octets, after.uidnext, after.modseq) == (
        before.messages, before.unseen, before.octets, before.uidnext, before.modseq,
    )  # fmt: skip
    with transaction() as tx:
        assert list(messages.uids(tx, sent)) == [1]
        assert len(messages.all_flags(tx, sent)) == 1
        assert messages.count_from(tx, sent, 1) == 1
        assert search.search(tx, sent, All()) == [1]
        assert search.search(tx, sent, Header("subject", "m1")) == []
        assert search.search(tx, sent, FuzzyText("text", "m1")) == []
        assert search.search(tx, sent, Not(Flag(SEEN, is_set=False))) == []
        url = imapurl.parse(b"/Sent/;UID=%d" % copy.first)
        assert url_targets.octets(tx, after, url) is None, "nor by a URL that names it"
        found = changes.changes_since(tx, sent, 0)
        assert found is not None and [each[0] for each in found.changed] == [1]
        since = changes.membership_since(tx, after, after.modseq, 1)
        assert since is not None and not since[0]
        assert messages.expunge(tx, sent).uids == [1], "of these, too, some are \\Deleted"
    assert check() == []


def test_it_is_published_in_one_step(inbox: MailboxId, sent: MailboxId) -> None:
    uids = fill(inbox)
    copy = staged(inbox, sent, uids)
    put(sent, message("meanwhile"))
    before = row(sent)
    pairs = published(copy, inbox, uids)
    after = row(sent)
    assert [old for old, _ in pairs] == uids
    new = [uid for _, uid in pairs]
    assert new == sorted(new) and new[0] >= before.uidnext and after.uidnext == new[-1] + 1
    assert (after.messages, after.unseen) == (6, 4) and after.keywords == "k"
    with transaction() as tx:
        found = changes.changes_since(tx, sent, before.modseq)
        assert found is not None and [each[0] for each in found.changed] == new
        columns = ("m.bits", "m.keywords", "m.internaldate", "m.content_id", "m.size")
        assert [each[1:] for each in messages.rows(tx, sent, new, columns)] == [
            each[1:] for each in messages.rows(tx, inbox, uids, columns)
        ]
    assert put(sent) == new[-1] + 1
    assert hidden_rows() == 0


def test_a_mailbox_may_be_copied_into_itself(inbox: MailboxId) -> None:
    uids = fill(inbox)
    assert len(published(staged(inbox, inbox, uids), inbox, uids)) == 5
    assert row(inbox).messages == 10


def test_one_at_a_time_is_prepared_for_a_mailbox(inbox: MailboxId, sent: MailboxId) -> None:
    uids = fill(inbox)
    copy = staged(inbox, sent, uids)
    with transaction() as tx:
        assert staging.begin(tx, sent, 3) is None
    published(copy, inbox, uids)
    published(staged(inbox, sent, uids), inbox, uids)
    assert row(sent).messages == 10


def test_a_copy_that_nobody_goes_on_with_is_erased(inbox: MailboxId, sent: MailboxId) -> None:
    uids = fill(inbox)
    copy = staged(inbox, sent, uids)
    sweep()
    assert hidden_rows() == 1, "somebody may be at work on it"
    write(lambda tx: tx.execute("UPDATE hidden_messages SET until = 1"))
    sweep()
    assert hidden_rows() == 0 and check() == []
    with pytest.raises(Conflict):
        published(copy, inbox, uids)
    assert row(sent).messages == 0


@pytest.mark.parametrize("name", ["stage", "publish"])
def test_who_comes_back_to_a_copy_too_late_publishes_no_half_of_it(
    name: str, inbox: MailboxId, sent: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "AT_ONCE", 2)
    uids = fill(inbox)
    copy = staged(inbox, sent, uids)
    write(lambda tx: tx.execute("UPDATE hidden_messages SET until = 1"))
    with transaction() as tx:
        assert staging.erase_some(tx, 2), "one piece of it"
    with pytest.raises(Conflict), transaction() as tx:
        if name == "stage":
            staging.stage(tx, copy, inbox, uids[:1])
        else:
            staging.publish(tx, copy, inbox, uids, None)
    assert row(sent).messages == 0
    sweep()
    assert hidden_rows() == 0 and check() == []


def test_a_copy_of_what_is_gone_fails(inbox: MailboxId, sent: MailboxId) -> None:
    uids = fill(inbox)
    copy = staged(inbox, sent, uids[:2])
    write(lambda tx: messages.expunge(tx, inbox, [uids[3]], only_deleted=False))
    with pytest.raises(MessageExpunged), transaction() as tx:
        staging.stage(tx, copy, inbox, uids[2:4])
    write(lambda tx: staging.abandon(tx, copy))
    with transaction() as tx:
        assert staging.erase_some(tx, int(time.time()), sent)
    assert hidden_rows() == 0 and row(sent).messages == 0


def test_a_copy_above_the_quota_fails() -> None:
    account = new_account(quota=7 * len(message("m1")))
    inbox, sent = mailbox(account, "INBOX").id, mailbox(account, "Sent").id
    uids = fill(inbox)
    copy = staged(inbox, sent, uids)
    put(sent, message("m6"))  # what is hidden does not count
    with pytest.raises(OverQuota):
        published(copy, inbox, uids)
    assert row(sent).messages == 1


def test_more_arrivals_than_there_is_room_for_come_back_later(
    inbox: MailboxId, sent: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "LEAST_ARRIVALS", 2)
    monkeypatch.setattr(staging, "ARRIVALS", 0)
    uids = fill(inbox)
    copy = staged(inbox, sent, uids)
    put(sent)
    put(sent)
    with pytest.raises(Conflict):
        put(sent)
    published(copy, inbox, uids)
    put(sent)
    assert row(sent).messages == 8


def test_the_messages_of_a_big_mailbox_are_erased_in_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mailboxes, "FEW", 3)
    monkeypatch.setattr(staging, "AT_ONCE", 2)
    account = new_account()
    write(lambda tx: mailboxes.create(tx, account, "Big"))
    big = mailbox(account, "Big")
    fill(big.id)
    write(lambda tx: mailboxes.delete(tx, account, "Big"))
    assert hidden_rows() == 1 and check() == [], "it may stay like that for a while"
    write(lambda tx: staging.erase_some(tx, 1))
    assert check() == []
    write(lambda tx: mailboxes.create(tx, account, "Big"))
    sweep()
    with snapshot() as tx:
        assert tx.value("SELECT COUNT(*) FROM message WHERE mailbox_id = %s", (big.id,)) == 0
        assert tx.value("SELECT COUNT(*) FROM content_use WHERE refs > 0") == 0
    assert hidden_rows() == 0 and mailbox(account, "Big").messages == 0


def test_a_mailbox_goes_while_a_copy_into_it_is_prepared(inbox: MailboxId) -> None:
    account = row(inbox).account
    write(lambda tx: mailboxes.create(tx, account, "Target"))
    target = mailbox(account, "Target").id
    uids = fill(inbox)
    copy = staged(inbox, target, uids)
    write(lambda tx: mailboxes.delete(tx, account, "Target"))
    with pytest.raises(TargetNotFound):
        published(copy, inbox, uids)
    sweep()
    assert hidden_rows() == 0


def test_an_account_with_many_messages_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "FEW", 3)
    account = new_account()
    for name in ("INBOX", "Sent"):
        fill(mailbox(account, name).id, 2)
    write(lambda tx: mailboxes.delete_all(tx, account))
    assert check() == []
    sweep()
    assert hidden_rows() == 0


def test_a_big_inbox_is_renamed_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "FEW", 3)
    account = new_account()
    inbox = mailbox(account, "INBOX").id
    fill(inbox)
    with transaction() as tx:
        rest = mailboxes.rename(tx, account, "INBOX", "Old")
    assert rest is not None and list(rest.uids) == [4, 5]
    assert (row(inbox).messages, mailbox(account, "Old").messages) == (2, 3)
    write(lambda tx: messages.move(tx, rest.source, rest.uids, rest.target, annotations=None))
    assert mailbox(account, "Old").messages == 5
