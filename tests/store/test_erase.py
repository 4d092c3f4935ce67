"""Erasing: an hour after the last use, rows before octets, never what came back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from lemonade_server.store import contents, erase, ingest, messages
from lemonade_server.store.blobs import LocalBlobs, blob_store
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.errors import Gone
from lemonade_server.store.ids import ContentId, MailboxId

from .conftest import message, octets_of, put, row, store

LARGE = message("large", "0123456789abcdef" * 8_000)


@contextmanager
def hours_later(hours: float) -> Iterator[None]:
    """The clocks of the store, later."""
    with pytest.MonkeyPatch.context() as patch:
        for real in (time.time, time.monotonic):
            patch.setattr(time, real.__name__, lambda real=real: real() + hours * 3_600)
        yield


def counts() -> tuple[int, int, int]:
    """Contents, blobs, files."""
    with snapshot() as tx:
        return (
            tx.value("SELECT COUNT(*) FROM content"),
            tx.value("SELECT COUNT(*) FROM blob"),
            len(list(blob_store().places())),
        )


@pytest.fixture(autouse=True)
def _no_files() -> None:
    for place, _ in list(blob_store().places()):
        blob_store().delete(place)


def drop_all(inbox: MailboxId) -> None:
    with transaction() as tx:
        messages.expunge(tx, inbox, only_deleted=False)


def test_nothing_goes_before_an_hour(inbox: MailboxId) -> None:
    put(inbox, LARGE)
    drop_all(inbox)
    with hours_later(0.9):
        assert erase.sweep() == erase.ErasureCount()
    assert counts() == (1, 2, 1)


def test_contents_go_first_then_blobs_then_octets(inbox: MailboxId) -> None:
    put(inbox, LARGE)
    put(inbox)
    with transaction() as tx:
        messages.expunge(tx, inbox, [1], only_deleted=False)
    with hours_later(1.1):
        assert erase.sweep().contents == 1
        assert counts() == (1, 3, 1)
    with hours_later(2.2):
        assert erase.sweep() == erase.ErasureCount(0, 2, 0)
    assert counts() == (1, 1, 0)


def test_what_is_used_again_stays(inbox: MailboxId) -> None:
    content = store(LARGE)
    with transaction() as tx:
        contents.hold(tx, content)
        contents.release(tx, content)
        contents.hold(tx, content)
    with hours_later(5):
        erase.sweep()
    assert octets_of(content) == LARGE
    with transaction() as tx:
        contents.release(tx, content)


def test_octets_that_come_back_between_the_two_steps(inbox: MailboxId) -> None:
    put(inbox, LARGE)
    drop_all(inbox)
    with hours_later(1.1):
        erase.sweep()
    put(inbox, LARGE)
    with hours_later(3):
        erase.sweep()
    with transaction() as tx:
        assert contents.read(tx, _content(inbox), 0, len(LARGE)) == LARGE


def _content(inbox: MailboxId) -> ContentId:
    with snapshot() as tx:
        (found,) = messages.rows(tx, inbox, [2], ("m.content_id",))
    return ContentId(found[1])


def test_octets_are_only_erased_after_the_commit(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, LARGE)
    drop_all(inbox)
    with hours_later(1.1):
        erase.sweep()
    erased: list[bool] = []

    def delete(self: LocalBlobs, place: str) -> None:
        with snapshot() as tx:
            erased.append(tx.row("SELECT 1 FROM blob WHERE place = %s", (place,)) is None)

    monkeypatch.setattr(LocalBlobs, "delete", delete)
    with hours_later(2.2):
        erase.sweep()
    assert erased
    assert all(erased)


def test_files_of_dead_processes_are_swept(inbox: MailboxId) -> None:
    put(inbox, LARGE)
    stray = blob_store().put([b"never committed"])
    with hours_later(0.5):
        assert erase.sweep().files == 0
    folder = settings.LEMONADE.data / "blobs"
    (folder / LocalBlobs.UNFINISHED / "half").write_bytes(b"half")
    old = time.time() - 7_200
    for path in (folder / stray, folder / LocalBlobs.UNFINISHED / "half"):
        os.utime(path, (old, old))
    assert erase.sweep().files == 0, "only the clock says that they are old"
    with hours_later(0.9):
        assert erase.sweep().files == 0
    with hours_later(1.1):
        assert erase.sweep().files == 2
    assert counts() == (1, 2, 1)


def test_a_clock_put_forward_erases_nothing_that_is_on_its_way(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message's octets are written before its rows are: for as long as its link takes."""
    prepared = ingest.prepare(LARGE)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 86_400)
    assert erase.sweep().files == 0
    with transaction() as tx:
        content = ingest.commit(tx, prepared, uses=1)
    assert octets_of(content) == LARGE
    with transaction() as tx:
        contents.release(tx, content)


def test_an_expunged_message_can_be_read_for_a_while(inbox: MailboxId) -> None:
    put(inbox)
    with snapshot() as tx:
        (found,) = messages.rows(tx, inbox, [1], ("m.content_id",))
    drop_all(inbox)
    assert octets_of(found[1]) == message()
    with hours_later(1.1):
        erase.sweep()
    with pytest.raises(Gone):
        octets_of(found[1])
    assert row(inbox).messages == 0
