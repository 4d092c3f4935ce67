"""``checkstore``: each kind of damage is named."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from lemonade_server.store import message_annotations, messages
from lemonade_server.store.blobs import blob_store
from lemonade_server.store.check import check
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.message_annotations import SHARED

from .conftest import message, put


class Undo(Exception):
    """Rolls the damage back."""


DAMAGE = [
    ("UPDATE mailbox SET messages = messages + 1", "counts"),
    ("UPDATE mailbox SET unseen = 7", "counts"),
    ("UPDATE mailbox SET octets = 7", "counts"),
    ("UPDATE mailbox SET uidnext = 3", "is not above UID 3"),
    ("UPDATE mailbox SET uidnext = 1", "is not above the vanished UID 2"),
    ("UPDATE message SET modseq = 99", "at mod-sequence"),
    ("UPDATE message SET created_modseq = modseq + 1", "made at"),
    ("UPDATE vanished SET modseq = 99", "a tombstone of it at 99"),
    ("UPDATE vanished SET uid_first = 1, uid_last = 3", "covers the living UID"),
    ("UPDATE vanished SET uid_first = 5", "is no range"),
    ("UPDATE mailbox SET tombstone_floor = 99", "forgets tombstones"),
    ("UPDATE mailbox SET recent_from = 99", "recent"),
    ("UPDATE mailbox SET noselect = true", "only a parent"),
    ("UPDATE mailbox SET uidvalidity = uidvalidity + 1000", "has given out"),
    ("UPDATE mailbox SET uidvalidity = 5", "mailboxes have UIDVALIDITY 5"),
    ("UPDATE message SET mailbox_id = 12345", "missing mailbox"),
    ("UPDATE vanished SET mailbox_id = 12345", "missing mailbox"),
    ("UPDATE message SET content_id = 12345", "missing content"),
    ("UPDATE message SET size = size + 1", "octets, its content"),
    ("UPDATE message SET keywords = 'b a'", "not in order"),
    ("UPDATE mailbox SET keywords = ''", "does not know the keywords"),
    ("UPDATE content_use SET refs = 5", "counts 5 uses"),
    ("UPDATE content_use SET dropped_at = 5", "was dropped at 5"),
    ("DELETE FROM content_use", "no count of uses"),
    ("DELETE FROM content_text", "no search text"),
    ("UPDATE content_text SET body_of = content_id", "borrows the text"),
    ("DELETE FROM content", "missing content"),
    ("UPDATE content SET size = size + 1", "its rope"),
    ("UPDATE segment SET pos = pos + 100", "numbered"),
    ("UPDATE segment SET blob_id = 12345", "is missing"),
    ("UPDATE segment SET start = 5", "octets from 5"),
    ("UPDATE blob SET refs = 9", "counts 9 uses"),
    ("UPDATE blob SET dropped_at = 5", "was dropped at 5"),
    ("UPDATE blob SET place = 'aa/bb'", "in both"),
    ("UPDATE blob_data SET data = SUBSTR(data, 2)", "its row says"),
    ("DELETE FROM blob_data", "neither"),
    ("DELETE FROM blob", "octets of the missing blob"),
    ("UPDATE mailbox SET annotation_octets = 7", "octets of annotations"),
    ("UPDATE message_annotation SET uid = 77", "missing message 77"),
    ("UPDATE message_annotation SET modseq = 99", "is at mod-sequence 99"),
    ("UPDATE message_annotation SET account_id = 12345", "missing account 12345"),
]


@pytest.fixture
def damaged(inbox: MailboxId) -> MailboxId:
    for n in range(3):
        put(inbox, message(f"m{n}"), keywords=["a", "b"])
    put(inbox, message("large", "x" * 100_000))
    with transaction() as tx:
        messages.expunge(tx, inbox, [2], only_deleted=False)
        message_annotations.annotate(tx, inbox, [1], {(SHARED, "/comment"): b"x"})
    return inbox


def test_each_damage_is_named(damaged: MailboxId) -> None:
    for statement, wanted in DAMAGE:
        with pytest.raises(Undo), transaction() as tx:
            tx.execute(statement)
            found = check()
            assert any(wanted in line for line in found), (statement, found)
            raise Undo


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE blob SET sha256 = SUBSTR(sha256, 2)",
        "UPDATE blob SET lines = lines + 1",
        "UPDATE blob SET dashes = NOT dashes",
        "UPDATE content SET header = SUBSTR(header, 2)",
    ],
)
def test_damaged_octets_are_found_by_a_deep_check(damaged: MailboxId, statement: str) -> None:
    with pytest.raises(Undo), transaction() as tx:
        tx.execute(statement)
        assert check() == []
        assert check(deep=True)
        raise Undo


def test_missing_and_damaged_files(damaged: MailboxId, capsys: pytest.CaptureFixture[str]) -> None:
    with transaction() as tx:
        place = tx.value("SELECT place FROM blob WHERE place <> ''")
    octets = blob_store().read(place, 0, 200_000)
    path = blob_store()._folder / place  # type: ignore[attr-defined]
    path.write_bytes(octets + b"more")
    assert check() == []
    assert "do not fit" in check(deep=True)[0]
    path.unlink()
    assert "are missing" in check()[0]
    with pytest.raises(CommandError, match="1 problems found") as caught:
        call_command("checkstore")
    assert caught.value.returncode == 1
    assert place in capsys.readouterr().err
    path.write_bytes(octets)
    call_command("checkstore", "--deep")
    assert "sound" in capsys.readouterr().out
