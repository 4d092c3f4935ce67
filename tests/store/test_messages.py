"""Append, copy, move, flags and expunge, on counters, UIDs and mod-sequences."""

from __future__ import annotations

from functools import partial
from typing import Literal

import pytest

from lemonade_server.store import changes, keywords, messages
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.errors import (
    Gone,
    LimitReached,
    MessageExpunged,
    OverQuota,
    TargetNotFound,
    TooLarge,
)
from lemonade_server.store.flags import ANSWERED, DELETED, FLAGGED, SEEN
from lemonade_server.store.ids import AccountId, ContentId, MailboxId, Modseq, Uid
from lemonade_server.store.messages import NewMessage

from .conftest import mailbox, message, new_account, put, row, store, write


def read(target: MailboxId, uids: list[int], *columns: str) -> list[tuple[object, ...]]:
    with snapshot() as tx:
        return messages.rows(tx, target, uids, columns)


def test_append_counts_and_keeps_what_it_is_told(inbox: MailboxId) -> None:
    octets = message()
    uid = put(inbox, octets, SEEN, ["work", "$Forwarded"], 1_700_000_000, -120)
    found = read(
        inbox, [uid], "m.bits", "m.keywords", "m.internaldate", "m.zone", "m.modseq", "c.size"
    )
    assert found == [(1, SEEN, "$Forwarded work", 1_700_000_000, -120, 2, len(octets))]
    after = row(inbox)
    assert (after.messages, after.unseen, after.octets) == (1, 0, len(octets))
    assert (after.uidnext, after.modseq, after.keywords) == (2, 2, "$Forwarded work")


def test_several_appended_at_once_have_neighbouring_uids(inbox: MailboxId) -> None:
    put(inbox)
    new = [NewMessage(store(message(f"m{n}")), 0, [], n) for n in range(5)]
    with transaction() as tx:
        assert messages.append_all(tx, inbox, new) == [2, 3, 4, 5, 6]
    assert [found[1] for found in read(inbox, [2, 3, 6], "m.internaldate")] == [0, 1, 4]


def test_append_of_an_empty_message(inbox: MailboxId) -> None:
    assert read(inbox, [put(inbox, b"")], "c.size", "c.header") == [(1, 0, b"")]


def test_append_into_nothing(inbox: MailboxId) -> None:
    content = store(message())
    with pytest.raises(TargetNotFound), transaction() as tx:
        messages.append(tx, MailboxId(inbox + 1000), content, 0, [], 0, 0)
    with pytest.raises(Gone), transaction() as tx:
        messages.append(tx, inbox, ContentId(content + 1000), 0, [], 0, 0)


def test_a_content_that_is_being_erased_gets_no_message(inbox: MailboxId) -> None:
    content = store(message())
    write(lambda tx: tx.execute("DELETE FROM content_use WHERE content_id = %s", [content]))
    with pytest.raises(Gone), transaction() as tx:
        messages.append(tx, inbox, content, 0, [], 0, 0)
    assert row(inbox).messages == 0
    write(lambda tx: tx.execute("INSERT INTO content_use VALUES (%s, 0, 1)", [content]))


def test_quota_counts_all_mailboxes() -> None:
    size = len(message())
    account = new_account(quota=2 * size)
    put(mailbox(account, "INBOX").id)
    put(mailbox(account, "Sent").id)
    with pytest.raises(OverQuota):
        put(mailbox(account, "Sent").id)
    with pytest.raises(OverQuota), transaction() as tx:
        messages.copy(tx, mailbox(account, "INBOX").id, [1], mailbox(account, "Sent").id)
    assert mailbox(account, "Sent").messages == 1
    with transaction() as tx:  # what moves needs no room
        messages.expunge(tx, mailbox(account, "Sent").id, only_deleted=False)
    put(mailbox(account, "Sent").id)


def test_a_move_needs_no_free_quota() -> None:
    account = new_account(quota=len(message()))
    inbox, sent = mailbox(account, "INBOX").id, mailbox(account, "Sent").id
    put(inbox)
    with transaction() as tx:
        assert messages.move(tx, inbox, [1], sent) == [(1, 1)]


def test_copy_keeps_all_but_the_uid(inbox: MailboxId, sent: MailboxId) -> None:
    for n in range(4):
        put(inbox, message(f"m{n}"), SEEN if n % 2 else FLAGGED, [f"k{n}"], 1000 + n, n)
    put(sent)
    with transaction() as tx:
        pairs = messages.copy(tx, inbox, [4, 1, 3, 77], sent)
    assert pairs == [(1, 2), (3, 3), (4, 4)]
    columns = ("m.bits", "m.keywords", "m.internaldate", "m.zone", "m.content_id", "m.size")
    assert [found[1:] for found in read(sent, [2, 3, 4], *columns)] == [
        found[1:] for found in read(inbox, [1, 3, 4], *columns)
    ]
    assert row(sent).keywords == "k0 k2 k3"
    assert row(sent).modseq == 3


def test_copy_takes_over_the_spelling_of_the_target(inbox: MailboxId, sent: MailboxId) -> None:
    put(sent, keywords=["$Forwarded"])
    put(inbox, keywords=["$FORWARDED", "Work"])
    with transaction() as tx:
        messages.copy(tx, inbox, [1], sent)
    assert read(sent, [2], "m.keywords") == [(2, "$Forwarded Work")]


def test_move_leaves_tombstones(inbox: MailboxId, sent: MailboxId) -> None:
    for n in range(5):
        put(inbox, message(f"m{n}"))
    with transaction() as tx:
        assert messages.move(tx, inbox, [2, 3, 5], sent) == [(2, 1), (3, 2), (5, 3)]
        found = changes.changes_since(tx, inbox, 6)
    assert found is not None
    assert found.vanished == [(2, 3), (5, 5)]
    assert (row(inbox).messages, row(sent).messages) == (2, 3)


def test_move_within_one_mailbox(inbox: MailboxId) -> None:
    for n in range(3):
        put(inbox, message(f"m{n}"))
    with transaction() as tx:
        assert messages.move(tx, inbox, [1, 2], inbox) == [(1, 4), (2, 5)]
        assert list(messages.uids(tx, inbox)) == [3, 4, 5]


def test_expunge_only_what_is_deleted(inbox: MailboxId) -> None:
    for n in range(5):
        put(inbox, message(f"m{n}"), DELETED if n in (1, 2, 4) else 0)
    with transaction() as tx:
        first = messages.expunge(tx, inbox, [1, 2])
        assert (first.uids, first.modseq) == ([2], 7)
        rest = messages.expunge(tx, inbox)
        assert (rest.uids, rest.modseq) == ([3, 5], 8)
        none = messages.expunge(tx, inbox)
        assert (none.uids, none.modseq) == ([], 0)
    after = row(inbox)
    assert (after.modseq, after.messages, after.unseen, after.uidnext) == (8, 2, 2, 6)


def test_uids_are_never_used_again(inbox: MailboxId) -> None:
    put(inbox)
    put(inbox)
    with transaction() as tx:
        messages.expunge(tx, inbox, only_deleted=False)
    assert put(inbox) == 3


def test_flags_are_added_taken_away_and_replaced(inbox: MailboxId) -> None:
    put(inbox, bits=SEEN, keywords=["a"])
    put(inbox)
    with transaction() as tx:
        added = messages.store_flags(tx, inbox, [1, 2], "+", FLAGGED, ["b"])
        assert added.changed == [(1, SEEN | FLAGGED, "a b", 4), (2, FLAGGED, "b", 4)]
        same = messages.store_flags(tx, inbox, [1, 2, 9], "+", FLAGGED, ["B"])
        assert same.changed == []
        assert same.unchanged == added.changed
        assert row(inbox).modseq == 4  # nothing changed: no mod-sequence
        less = messages.store_flags(tx, inbox, [1], "-", SEEN, ["a", "unknown"])
        assert less.changed == [(1, FLAGGED, "b", 5)]
        only = messages.store_flags(tx, inbox, [1, 2], "=", SEEN, [])
        assert only.changed == [(1, SEEN, "", 6), (2, SEEN, "", 6)]
    assert row(inbox).unseen == 0


def test_unchangedsince_holds_back_what_is_newer(inbox: MailboxId) -> None:
    for _ in range(3):
        put(inbox)
    with transaction() as tx:
        found = messages.store_flags(tx, inbox, [1, 2, 3], "=", SEEN, [], unchangedsince=3)
        assert found.modified == [3]
        assert [each[0] for each in found.changed] == [1, 2]
        none = messages.store_flags(tx, inbox, [1, 2, 3], "+", SEEN, [], unchangedsince=0)
        assert none.modified == [1, 2, 3]


Mode = Literal["+", "-", "="]


def test_unchangedsince_looks_at_the_flags_that_are_named(inbox: MailboxId) -> None:
    put(inbox, keywords=["k"])
    store = partial(messages.store_flags, mailbox_id=inbox, uids=[1])
    with transaction() as tx:
        store(tx, mode="+", bits=SEEN, keywords=[])
        held: list[tuple[Mode, int, list[str]]] = [
            ("+", SEEN, []), ("+", FLAGGED | SEEN, []), ("+", 0, ["K"]), ("-", FLAGGED, []),
            ("-", SEEN, ["k", "other"]), ("=", FLAGGED, []),
        ]  # fmt: skip
        for mode, bits, words in held:
            found = store(tx, mode=mode, bits=bits, keywords=words, unchangedsince=1)
            assert found.modified == [1], (mode, bits, words)
        others: list[tuple[Mode, int, list[str]]] = [("+", FLAGGED, ["new"]), ("-", SEEN, ["K"])]
        for mode, bits, words in others:
            found = store(tx, mode=mode, bits=bits, keywords=words, unchangedsince=1)
            assert not found.modified, (mode, bits, words)
        others = [("+", ANSWERED, []), ("+", 0, ["new"]), ("-", 0, ["new"])]
        for mode, bits, words in others:
            found = store(tx, mode=mode, bits=bits, keywords=words, unchangedsince=0)
            assert found.modified == [1], (mode, bits, words)
        assert not store(tx, mode="+", bits=0, keywords=["newer"], unchangedsince=0).modified


def test_what_the_client_was_not_told_of_before_is_listed(inbox: MailboxId) -> None:
    for _ in range(3):
        put(inbox)
    with transaction() as tx:
        other = messages.store_flags(tx, inbox, [2], "+", SEEN, [])
        mine = messages.store_flags(tx, inbox, [1, 2], "+", FLAGGED, [], told=Modseq(4))
    assert mine.untold == {2: other.modseq}


def test_too_many_keywords_are_refused_and_nothing_is_lost(inbox: MailboxId) -> None:
    many = [f"k{n:03}" for n in range(keywords.MOST)]
    put(inbox, keywords=many)
    with pytest.raises(LimitReached), transaction() as tx:
        messages.store_flags(tx, inbox, [1], "+", 0, ["onemore"])
    with pytest.raises(TooLarge):
        put(inbox, keywords=["x" * (keywords.LONGEST + 1)])
    assert row(inbox).messages == 1


def test_columns_that_do_not_exist(inbox: MailboxId) -> None:
    with pytest.raises(ValueError, match="c\\.nothing"):
        read(inbox, [1], "c.nothing; DROP TABLE message")


def test_first_unseen(inbox: MailboxId) -> None:
    with transaction() as tx:
        assert messages.first_unseen(tx, inbox) is None
    put(inbox, bits=SEEN)
    put(inbox)
    with transaction() as tx:
        assert messages.first_unseen(tx, inbox) == 2


def test_ten_thousand_at_once(account: AccountId, inbox: MailboxId, sent: MailboxId) -> None:
    content = store(message())
    with transaction() as tx:
        new = [NewMessage(content, 0, [], n) for n in range(10_000)]
        uids = messages.append_all(tx, inbox, new)
        assert len(messages.copy(tx, inbox, uids, sent)) == 10_000
        assert len(messages.store_flags(tx, sent, uids, "+", DELETED, ["x"]).changed) == 10_000
        assert len(messages.expunge(tx, sent).uids) == 10_000
        assert messages.move(tx, inbox, uids, sent)[-1] == (Uid(10_000), Uid(20_000))
        assert tx.value("SELECT COUNT(*) FROM vanished WHERE mailbox_id = %s", (inbox,)) == 1


def test_replace_needs_room_for_what_grows_only() -> None:
    owner = new_account(quota=1_000)
    drafts = mailbox(owner, "Drafts").id
    uid = put(drafts, message(body="x" * 600))
    bigger = store(message(body="y" * 650))
    too_big = store(message(body="z" * 2_000))
    with transaction() as tx:
        new = messages.NewMessage(bigger, 0, [], 1_740_000_000)
        added, modseq = messages.replace(tx, drafts, uid, drafts, new)
    assert row(drafts).messages == 1 and row(drafts).modseq == modseq
    with pytest.raises(OverQuota), transaction() as tx:
        messages.replace(tx, drafts, added, drafts, messages.NewMessage(too_big, 0, [], 0))
    with transaction() as tx:
        assert list(messages.uids(tx, drafts)) == [added]
    with pytest.raises(MessageExpunged), transaction() as tx:
        messages.replace(tx, drafts, uid, drafts, messages.NewMessage(bigger, 0, [], 0))
