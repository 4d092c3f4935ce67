"""Expunged messages can be read as they were, for as long as their contents are kept."""

from __future__ import annotations

import time

import pytest

from lemonade_server.store import contents, erase, ghosts, messages
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.flags import DELETED, SEEN
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.rows import CONTENT_COLUMNS, KNOWN, MESSAGE_COLUMNS

from .conftest import message, put, row

ALL = tuple(sorted(KNOWN))


def read(target: MailboxId, uids: list[int], columns: tuple[str, ...] = ALL) -> list[object]:
    with snapshot() as tx:
        return list(ghosts.rows(tx, target, uids, columns))


def expunge(target: MailboxId, uids: list[int]) -> None:
    with transaction() as tx:
        assert messages.expunge(tx, target, uids, only_deleted=False).uids == uids


def test_a_ghost_is_what_the_message_was(inbox: MailboxId) -> None:
    for number in range(6):
        put(inbox, message(f"m{number}"), SEEN, ["$Wörk", "b"], 1_700_000_000 + number, -120)
    with snapshot() as tx:
        living = messages.rows(tx, inbox, range(1, 7), ALL)
    assert len(living[0]) == 1 + len(MESSAGE_COLUMNS) + len(CONTENT_COLUMNS)
    expunge(inbox, [1, 2, 5])
    expunge(inbox, [3])
    assert read(inbox, [1, 2, 3, 4, 5, 6, 99]) == [living[at] for at in (0, 1, 2, 4)]
    assert read(inbox, [2, 5]) == [living[1], living[4]]
    assert read(inbox, [4, 6]) == read(inbox, []) == []
    assert read(MailboxId(inbox + 1), [1, 2]) == []
    with snapshot() as tx:
        beside = ghosts.beside(
            tx, inbox, range(1, 7), ALL, messages.rows(tx, inbox, range(1, 7), ALL)
        )
    assert beside == living
    after = row(inbox)
    assert (after.messages, after.octets) == (2, sum(len(message(f"m{n}")) for n in (3, 5)))


def test_of_very_many_the_newest_are_kept(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ghosts, "MOST", 3)
    for _ in range(8):
        put(inbox)
    expunge(inbox, [1, 2, 3, 5, 6, 8])
    assert [found[0] for found in read(inbox, list(range(1, 9)), ())] == [5, 6, 8]  # type: ignore[index]


def test_it_goes_with_its_content_and_after_an_hour(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, message("alone"))
    put(inbox, message("shared"))
    with transaction() as tx:  # the second content lives on in another message
        messages.copy(tx, inbox, [2], inbox)
    expunge(inbox, [1, 2])
    assert len(read(inbox, [1, 2])) == 2
    erase.sweep(-1)
    assert read(inbox, [1, 2]) == []
    with snapshot() as tx:
        assert tx.value("SELECT COUNT(*) FROM vanished WHERE kept IS NOT NULL") == 0
        assert tx.value("SELECT COUNT(*) FROM vanished WHERE mailbox_id = %s", [inbox]) == 1
    expunge(inbox, [3])
    assert len(read(inbox, [3])) == 1
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + contents.GRACE + 1)
    assert read(inbox, [3]) == []  # though nothing was swept yet


def test_a_content_that_was_erased_early_takes_its_ghost_along(inbox: MailboxId) -> None:
    put(inbox)
    expunge(inbox, [1])
    with transaction() as tx:
        found = tx.rows("SELECT content_id FROM content_use WHERE refs = 0")
        contents.drop(tx, [number for (number,) in found])
    assert read(inbox, [1]) == read(inbox, [1], ("m.bits",)) == []


def test_columns_that_do_not_exist(inbox: MailboxId) -> None:
    with pytest.raises(ValueError, match="no such columns"):
        read(inbox, [1], ("m.password",))


def test_only_what_is_marked_becomes_one(inbox: MailboxId) -> None:
    put(inbox, bits=DELETED)
    put(inbox)
    with transaction() as tx:
        messages.expunge(tx, inbox)
    assert [found[0] for found in read(inbox, [1, 2], ("m.size",))] == [1]  # type: ignore[index]
