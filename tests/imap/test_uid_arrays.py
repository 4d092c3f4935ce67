"""The UIDs of whole mailboxes in memory: kept up by what changed, and never wrong."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from typing import Any

import pytest

from lemonade_server.imap.uid_arrays import UidArrays, current_uids
from lemonade_server.models import Account
from lemonade_server.store import changes, ingest, mailboxes, messages
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.ids import AccountId, ContentId, MailboxId, Modseq
from lemonade_server.store.messages import NewMessage

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"


class CountingTx(Tx):
    """A transaction that counts the rows that it reads."""

    __slots__ = ("rows_read",)

    def rows(self, sql: str, args: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        found = super().rows(sql, args)
        self.rows_read = getattr(self, "rows_read", 0) + len(found)
        return found


def inbox_of(tx: Tx, email: str, count: int = 0) -> tuple[MailboxId, ContentId]:
    account = AccountId(Account.objects.create_user(email, "lemonade").pk)
    mailboxes.provision(tx, account)
    found = mailboxes.find(tx, account, "INBOX")
    assert found is not None
    content = ingest.commit(tx, ingest.prepare(MESSAGE))
    if count:
        append(tx, found.id, content, count)
    return found.id, content


def append(tx: Tx, box: MailboxId, content: ContentId, count: int) -> None:
    messages.append_all(tx, box, [NewMessage(content, 0, [], 0) for _ in range(count)])


def current(tx: Tx, arrays: UidArrays, box: MailboxId) -> array[int]:
    """As a session opens the mailbox: what it finds is offered to all."""
    row = mailboxes.get(tx, box)
    assert row is not None
    return arrays.share(box, row.modseq, current_uids(tx, arrays, row))


def step(tx: Tx, dice: random.Random, box: MailboxId, content: ContentId) -> None:
    """One random change."""
    uids = messages.uids(tx, box)
    some = dice.sample(list(uids), min(len(uids), dice.randint(1, 20)))
    match dice.randrange(5):
        case 0 | 1:
            append(tx, box, content, dice.randint(1, 20))
        case 2 if some:
            messages.store_flags(tx, box, some, "+", 1 << dice.randrange(5), [])
        case 3 if some:
            messages.expunge(tx, box, some, only_deleted=False)
        case 4 if len(uids) > 100:
            changes.prune(tx, most=4)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_what_is_kept_follows_every_change(seed: int) -> None:
    dice, arrays = random.Random(seed), UidArrays()
    with transaction() as tx:
        box, content = inbox_of(tx, f"{seed}@lemonade.test")
        for _ in range(80):
            for _ in range(dice.randint(0, 4)):
                step(tx, dice, box, content)
            assert current(tx, arrays, box) == messages.uids(tx, box)


@pytest.mark.django_db
def test_a_mailbox_that_changed_a_little_is_opened_with_a_few_rows() -> None:
    arrays = UidArrays()
    with transaction() as tx:
        box, content = inbox_of(tx, "ann@lemonade.test", count=2_000)
        assert len(current(tx, arrays, box)) == 2_000
        append(tx, box, content, 1)
        messages.expunge(tx, box, [7, 8], only_deleted=False)
        messages.store_flags(tx, box, range(100, 1_100), "+", 1, [])
        counting = CountingTx(tx.connection)
        row = mailboxes.get(counting, box)
        assert row is not None
        assert current_uids(counting, arrays, row) == messages.uids(tx, box)
        assert counting.rows_read == 2, "one that came and one range that went"


@pytest.mark.django_db
def test_an_older_state_of_the_mailbox_is_never_taken_for_the_newest() -> None:
    arrays = UidArrays()
    with transaction() as tx:
        box, content = inbox_of(tx, "bob@lemonade.test", count=3)
        before = mailboxes.get(tx, box)
        assert before is not None
        old = current_uids(tx, arrays, before)
        append(tx, box, content, 1)
        newest = current(tx, arrays, box)
        assert arrays.share(box, before.modseq, old) is old
        assert arrays.newest(box) == (before.modseq + 1, newest)


def test_sessions_of_one_state_share_one_array() -> None:
    arrays = UidArrays()
    box, first = MailboxId(7), array("I", [1, 2, 3])
    assert arrays.share(box, Modseq(5), first) is first
    assert arrays.share(box, Modseq(5), array("I", [1, 2, 3])) is first
    assert arrays.find(box, Modseq(5)) is first
    assert arrays.find(box, Modseq(6)) is None
    arrays.share(box, Modseq(6), array("I", [1, 2]))
    assert arrays.find(box, Modseq(5)) is None
    assert arrays.find(box, Modseq(6)) == array("I", [1, 2])


def test_changes_of_flags_leave_nothing_behind() -> None:
    arrays = UidArrays()
    uids = array("I", [1, 2, 3])
    for modseq in range(1, 1_000):
        assert arrays.share(MailboxId(7), Modseq(modseq), uids) is uids
    assert len(arrays._newest) == len(arrays._kept) == 1


def test_only_so_many_octets_are_kept_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(UidArrays, "KEPT_OCTETS", 4 * 250)
    arrays = UidArrays()
    for number in range(1, 6):
        arrays.share(MailboxId(number), Modseq(1), array("I", range(100)))
    kept = [n for n in range(1, 6) if arrays.find(MailboxId(n), Modseq(1)) is not None]
    assert kept == [4, 5]
    assert len(arrays._newest) == 2
