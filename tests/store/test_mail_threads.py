"""Threads from keys that are kept in memory are those from keys that were just read."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import MailboxId, Uid
from lemonade_server.store.mail_threads import ThreadKeys, threads
from lemonade_server.wire.thread_tree import render

from .conftest import mailbox, new_account, put


def letter(number: int, dice: random.Random) -> bytes:
    above = dice.sample(range(number), min(number, dice.randint(0, 3)))
    references = "".join(f" <{each}@x.test>" for each in sorted(above))
    subject = dice.choice(("a", "Re: a", "b", ""))
    return (
        f"Subject: {subject}\r\nMessage-ID: <{number}@x.test>\r\n"
        f"{references and 'References:' + references}\r\n\r\n"
    ).encode()


def threaded(inbox: MailboxId, uids: list[Uid], algorithm: str, kept: ThreadKeys) -> bytes:
    with snapshot() as tx:
        return render(threads(tx, inbox, uids, uids, algorithm, kept))


@pytest.mark.parametrize("algorithm", ["REFERENCES", "REFS", "ORDEREDSUBJECT"])
def test_kept_keys_are_those_of_the_store(inbox: MailboxId, algorithm: str) -> None:
    dice = random.Random(1)
    kept = ThreadKeys()
    uids: list[Uid] = []
    for number in range(40):
        uids.append(put(inbox, letter(number, dice)))
        asked = sorted(dice.sample(uids, dice.randint(0, len(uids))))
        fresh = threaded(inbox, asked, algorithm, ThreadKeys())
        assert threaded(inbox, asked, algorithm, kept) == fresh
        assert fresh.count(b"(") >= bool(asked)


def test_only_what_is_new_is_read(inbox: MailboxId, monkeypatch: pytest.MonkeyPatch) -> None:
    uids = [put(inbox) for _ in range(3)]
    new = put(inbox)
    kept = ThreadKeys()
    threaded(inbox, uids, "REFERENCES", kept)
    asked: list[list[int]] = []
    with snapshot() as tx:
        rows = type(tx).rows

        def noted(self: Any, sql: str, args: Any = ()) -> Any:
            asked.append(list(args))
            return rows(self, sql, args)

        monkeypatch.setattr(type(tx), "rows", noted)
        kept.of(tx, inbox, uids)
        assert asked == []
        assert set(kept.of(tx, inbox, [*uids, new])) == {*uids, new}
        assert asked == [[inbox, new, new]]


def test_the_mailbox_that_was_used_last_stays(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = mailbox(new_account(), "INBOX").id
    uids = [put(inbox), put(inbox)]
    put(other)
    kept = ThreadKeys()
    threaded(other, [Uid(1)], "REFS", kept)
    threaded(inbox, uids, "REFS", kept)
    monkeypatch.setattr(ThreadKeys, "KEPT_OCTETS", 1500)
    threaded(inbox, uids, "REFS", kept)
    assert list(kept._kept) == [inbox]
    monkeypatch.setattr(ThreadKeys, "KEPT_OCTETS", 10)
    assert threaded(inbox, uids, "REFS", kept)
    assert list(kept._kept) == []
    assert threaded(inbox, uids, "REFS", kept), "what is too large to be kept is read each time"
