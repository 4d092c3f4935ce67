"""Annotations of messages in the store: counted, told of, and gone with what they are on."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lemonade_server.directory import enrolment
from lemonade_server.models import Account, MessageAnnotation
from lemonade_server.store import mailboxes, messages
from lemonade_server.store import message_annotations as notes
from lemonade_server.store.check import check
from lemonade_server.store.db import Tx, snapshot, transaction
from lemonade_server.store.errors import LimitReached, OverQuota, TooLarge
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.message_annotations import LONGEST_VALUE, MOST, SHARED, AnnotationResult

from .conftest import mailbox, new_account, put, row

ME = AccountId(1)


def set_on(
    box: MailboxId,
    uids: list[int],
    values: Mapping[str, bytes | None],
    whose: AccountId = SHARED,
    since: int | None = None,
) -> AnnotationResult:
    with transaction() as tx:
        named = {(whose, entry): value for entry, value in values.items()}
        return notes.annotate(tx, box, uids, named, since)


def seen(box: MailboxId, reader: AccountId, uids: list[int]) -> dict[int, notes.StoredAnnotations]:
    with snapshot() as tx:
        return notes.of(tx, box, reader, uids)


def test_a_change_gives_a_mod_sequence_and_no_change_gives_none(inbox: MailboxId) -> None:
    for _ in range(2):
        put(inbox)
    first = set_on(inbox, [1, 2, 9], {"/comment": b"x"})
    assert first.changed == [(1, 4), (2, 4)]
    again = set_on(inbox, [1, 2], {"/comment": b"x"})
    assert (again.changed, again.unchanged) == ([], 2)
    removed = set_on(inbox, [1], {"/comment": None, "/altsubject": None})
    assert removed.changed == [(1, 5)]
    held_back = set_on(inbox, [1, 2], {"/comment": b"y"}, since=4)
    assert (held_back.changed, held_back.modified) == ([(2, 6)], [1])
    with snapshot() as tx:
        assert notes.entries_changed_since(tx, inbox, ME, [1, 2], 4) == {
            1: [("/comment", 5)],
            2: [("/comment", 6)],
        }
    assert seen(inbox, ME, [1, 2]) == {2: {"/comment": (None, b"y")}}
    assert check() == []


def test_one_sees_what_is_shared_and_ones_own(account: AccountId, inbox: MailboxId) -> None:
    put(inbox)
    guest = new_account()
    set_on(inbox, [1], {"/comment": b"of all"})
    set_on(inbox, [1], {"/comment": b"mine"}, account)
    set_on(inbox, [1], {"/comment": b"a guest's"}, guest)
    assert seen(inbox, account, [1]) == {1: {"/comment": (b"mine", b"of all")}}
    assert seen(inbox, guest, [1]) == {1: {"/comment": (b"a guest's", b"of all")}}


def test_limits(account: AccountId, inbox: MailboxId) -> None:
    put(inbox)
    set_on(inbox, [1], {"/comment": bytes(LONGEST_VALUE)})
    with pytest.raises(TooLarge) as refused:
        set_on(inbox, [1], {"/comment": bytes(LONGEST_VALUE + 1)})
    assert (refused.value.what, refused.value.most) == ("message annotation", LONGEST_VALUE)
    many = {f"/vendor/x/{number}": b"" for number in range(MOST)}
    with pytest.raises(LimitReached) as crowded:
        set_on(inbox, [1], many)
    assert (crowded.value.what, crowded.value.most) == ("message annotations", MOST)
    set_on(inbox, [1], many, account)
    assert check() == []


def test_a_guest_can_not_fill_a_mailbox(
    monkeypatch: pytest.MonkeyPatch, account: AccountId, inbox: MailboxId
) -> None:
    monkeypatch.setattr(notes, "MOST_OF_GUEST", 1_000)
    put(inbox)
    guest = new_account()
    set_on(inbox, [1], {"/comment": bytes(500)}, guest)
    with pytest.raises(LimitReached) as refused:
        set_on(inbox, [1], {"/altsubject": bytes(500)}, guest)
    assert refused.value.what == "message annotations"
    set_on(inbox, [1], {"/altsubject": bytes(5_000)}, account)


def test_what_was_removed_is_not_remembered_for_ever(inbox: MailboxId) -> None:
    put(inbox)
    for number in range(3 * MOST):
        set_on(inbox, [1], {f"/vendor/x/{number}": b"x"})
        set_on(inbox, [1], {f"/vendor/x/{number}": None})
    assert MessageAnnotation.objects.filter(mailbox_id=inbox).count() <= MOST + 1
    assert check() == []


def test_they_go_with_the_message_and_with_the_mailbox(
    account: AccountId, inbox: MailboxId
) -> None:
    sent = mailbox(account, "Sent").id
    for _ in range(3):
        put(inbox)
    set_on(inbox, [1, 2, 3], {"/comment": b"x"})
    with transaction() as tx:
        messages.copy(tx, inbox, [1, 2], sent, annotations=[SHARED])
        messages.expunge(tx, inbox, [1, 3], only_deleted=False)
    assert seen(inbox, ME, [1, 2, 3]) == {2: {"/comment": (None, b"x")}}
    assert seen(sent, ME, [1, 2]) == {1: {"/comment": (None, b"x")}, 2: {"/comment": (None, b"x")}}
    with transaction() as tx:
        mailboxes.delete(tx, account, "Sent")
    assert not MessageAnnotation.objects.filter(mailbox_id=sent).exists()
    with transaction() as tx:
        messages.expunge(tx, inbox, only_deleted=False)
    assert row(inbox).annotation_octets == 0
    assert check() == []


def test_in_one_mailbox_they_move_too(inbox: MailboxId) -> None:
    put(inbox)
    set_on(inbox, [1], {"/comment": b"x"})
    with transaction() as tx:
        messages.move(tx, inbox, [1], inbox, annotations=[SHARED])
    assert seen(inbox, ME, [1, 2]) == {2: {"/comment": (None, b"x")}}
    assert check() == []


def test_a_full_account_can_still_move_what_it_has_noted_on(
    account: AccountId, inbox: MailboxId
) -> None:
    trash = mailbox(account, "Trash").id
    put(inbox)
    set_on(inbox, [1], {"/comment": bytes(500)})
    used = row(inbox).octets + row(inbox).annotation_octets
    Account.objects.filter(pk=account).update(quota=used)
    with pytest.raises(OverQuota), transaction() as tx:
        messages.copy(tx, inbox, [1], trash, annotations=[SHARED])
    with transaction() as tx:
        messages.move(tx, inbox, [1], trash, annotations=[SHARED])
    assert seen(trash, ME, [1]) == {1: {"/comment": (None, bytes(500))}}
    assert row(inbox).messages == 0
    assert check() == []


def test_an_account_that_goes_takes_its_notes_along(account: AccountId, inbox: MailboxId) -> None:
    put(inbox)
    guest = new_account()
    set_on(inbox, [1], {"/comment": b"of all"})
    set_on(inbox, [1], {"/comment": b"a guest's"}, guest)
    enrolment.remove(Account.objects.get(pk=guest))
    assert seen(inbox, guest, [1]) == {1: {"/comment": (None, b"of all")}}
    assert check() == []


def test_a_mailbox_without_any_is_asked_nothing(
    monkeypatch: pytest.MonkeyPatch, account: AccountId, inbox: MailboxId
) -> None:
    """No statement of a command that is not about annotations names their table."""
    said: list[str] = []
    execute, rows = Tx.execute, Tx.rows

    def noted_execute(self: Tx, sql: str, args: object = ()) -> None:
        said.append(sql)
        execute(self, sql, args)  # type: ignore[arg-type]

    def noted_rows(self: Tx, sql: str, args: object = ()) -> list[tuple[object, ...]]:
        said.append(sql)
        return rows(self, sql, args)  # type: ignore[arg-type]

    monkeypatch.setattr(Tx, "execute", noted_execute)
    monkeypatch.setattr(Tx, "rows", noted_rows)
    for _ in range(3):
        put(inbox)
    with transaction() as tx:
        messages.copy(tx, inbox, [1, 2], mailbox(account, "Sent").id, annotations=[SHARED])
        messages.move(tx, inbox, [1], mailbox(account, "Trash").id, annotations=None)
        messages.expunge(tx, inbox, only_deleted=False)
    assert said
    assert not any("message_annotation" in sql for sql in said)
