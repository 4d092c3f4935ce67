"""Threads of whole mailboxes that are kept are those that are made anew."""

from __future__ import annotations

import random
import re

import pytest

from lemonade_server.store import messages
from lemonade_server.store.db import Tx, snapshot, transaction
from lemonade_server.store.ids import MailboxId, Uid
from lemonade_server.store.mail_threads import ThreadedMailboxes, threads
from lemonade_server.wire.thread_tree import render

from .conftest import mailbox, new_account, put, row


def letter(number: int, dice: random.Random) -> bytes:
    above = dice.sample(range(number), min(number, dice.randint(0, 3)))
    references = "".join(f" <{each}@x.test>" for each in sorted(above))
    subject = dice.choice(("a", "Re: a", "b", ""))
    return (
        f"Subject: {subject}\r\nMessage-ID: <{number}@x.test>\r\n"
        f"{references and 'References:' + references}\r\n\r\n"
    ).encode()


def threaded(inbox: MailboxId, uids: list[Uid], algorithm: str) -> bytes:
    with snapshot() as tx:
        return render(threads(tx, inbox, uids, uids, algorithm))


def kept_threads(inbox: MailboxId, algorithm: str, kept: ThreadedMailboxes) -> bytes:
    found = row(inbox)
    with snapshot() as tx:
        return kept.find(tx, found, algorithm)


@pytest.mark.parametrize("algorithm", ["REFERENCES", "REFS", "ORDEREDSUBJECT"])
def test_kept_threads_are_those_of_the_store(inbox: MailboxId, algorithm: str) -> None:
    dice = random.Random(1)
    kept = ThreadedMailboxes()
    uids: list[Uid] = []
    for number in range(40):
        uids.append(put(inbox, letter(number, dice)))
        if number % 7 == 6:
            gone = uids.pop(dice.randrange(len(uids)))
            with transaction() as tx:
                messages.expunge(tx, inbox, [gone], only_deleted=False)
        if number % 3 == 2:
            with transaction() as tx:
                messages.store_flags(tx, inbox, uids[:2], "+", 4, [], None)
        fresh = threaded(inbox, uids, algorithm)
        assert kept_threads(inbox, algorithm, kept) == fresh
        assert fresh.count(b"(") >= 1


@pytest.mark.parametrize("algorithm", ["REFERENCES", "REFS", "ORDEREDSUBJECT"])
def test_some_messages_with_other_numbers(inbox: MailboxId, algorithm: str) -> None:
    """Those that are gone have a number and are in no thread."""
    dice = random.Random(2)
    uids = [put(inbox, letter(number, dice)) for number in range(20)]
    asked = sorted(dice.sample(uids, 12))
    with transaction() as tx:
        messages.expunge(tx, inbox, asked[3:5], only_deleted=False)
    numbers = [uid * 3 for uid in asked]
    with snapshot() as tx:
        found = render(threads(tx, inbox, asked, numbers, algorithm))
    living = [uid for uid in asked if uid not in asked[3:5]]
    expected = threaded(inbox, living, algorithm).decode()
    answer = re.sub("[0-9]+", lambda uid: str(int(uid[0]) * 3), expected)
    assert found.decode() == answer


def test_nothing_is_read_while_no_message_comes_or_goes(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    uids = [put(inbox) for _ in range(3)]
    kept = ThreadedMailboxes()
    answer = kept_threads(inbox, "REFERENCES", kept)
    with transaction() as tx:
        messages.store_flags(tx, inbox, uids, "+", 4, [], None)
    found = row(inbox)
    with snapshot() as tx, monkeypatch.context() as patch:
        patch.setattr(Tx, "integers", lambda *_: [])
        assert kept.find(tx, found, "REFERENCES") == answer
        patch.setattr(Tx, "rows", None)
        assert kept.find(tx, found, "REFERENCES") == answer


def test_the_mailbox_that_was_used_last_stays(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = mailbox(new_account(), "INBOX").id
    put(inbox)
    put(other)
    for octets, stays in ((4, True), (2, False)):  # of which (1) takes three
        monkeypatch.setattr(ThreadedMailboxes, "KEPT_OCTETS", octets)
        kept = ThreadedMailboxes()
        assert kept_threads(other, "REFS", kept) == kept_threads(inbox, "REFS", kept) == b"(1)"
        for found, is_kept in ((row(inbox), stays), (row(other), False)):
            key = (found.id, found.uidvalidity, "REFS")
            assert (kept._kept.find(key) is not None) == is_kept
