"""Copies of one message for many: octets and text once, header lines of their own."""

from __future__ import annotations

import pytest

from lemonade_server.store import contents, copies, erase, ingest, messages, search
from lemonade_server.store.blobs import INLINE
from lemonade_server.store.check import check
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.ids import ContentId, MailboxId
from lemonade_server.store.search_tree import FuzzyText, Header, Node, TextSearch

from .conftest import message, octets_of
from .test_erase import counts, hours_later

LETTER = message("tea", "Zanzibar, and so on\r\n" * 100)


def stored(letter: bytes, *heads: bytes) -> list[ContentId]:
    prepared = ingest.prepare(letter)
    with transaction() as tx:
        return copies.commit_copies(tx, prepared, heads)


def file(inbox: MailboxId, *numbers: ContentId) -> None:
    with transaction() as tx:
        for number in numbers:
            messages.append(tx, inbox, number, 0, [], 0, 0)


def found(inbox: MailboxId, node: Node) -> list[int]:
    with snapshot() as tx:
        return [int(uid) for uid in search.search(tx, inbox, node)]


def text_octets() -> int:
    with snapshot() as tx:
        return int(tx.value("SELECT SUM(LENGTH(body)) FROM content_text"))


@pytest.mark.parametrize("size", [10, 200_000])
def test_each_has_its_own_lines_and_the_rest_is_there_once(inbox: MailboxId, size: int) -> None:
    letter = message("tea", "x" * size)
    heads = [b"Delivered-To: reader%d@lemonade.test\r\n" % number for number in range(20)]
    before = counts()
    numbers = stored(letter, *heads)
    file(inbox, *numbers)
    for number, head in zip(numbers, heads, strict=True):
        assert octets_of(number) == head + letter
        with snapshot() as tx:
            row = contents.load(tx, number)
        assert row.header.startswith(head) and row.size == len(head + letter)
    blobs = counts()[1] - before[1]
    with transaction() as tx:
        rope = len(contents.pieces(tx, ingest.commit(tx, ingest.prepare(letter))))
    assert blobs == rope + 1


def test_more_heads_than_fit_into_one_blob(inbox: MailboxId) -> None:
    heads = [b"X-Head: %b\r\n" % (b"%05d" % number * 5_000) for number in range(5)]
    assert len(heads[0]) * 3 > INLINE > len(heads[0]) * 2
    numbers = stored(LETTER, *heads)
    file(inbox, *numbers)
    assert [octets_of(number) for number in numbers] == [head + LETTER for head in heads]


def test_search_reads_the_text_that_is_shared(inbox: MailboxId) -> None:
    file(inbox, *stored(LETTER, b"Delivered-To: a@b.c\r\n", b"Delivered-To: d@e.f\r\n"))
    assert text_octets() < 2 * len(LETTER)
    for field in ("body", "text"):
        assert found(inbox, TextSearch(field, "ZANZIBAR")) == [1, 2]
        assert found(inbox, FuzzyText(field, "ZANZIBER")) == [1, 2]
        assert found(inbox, TextSearch(field, "MADAGASCAR")) == []
    assert found(inbox, Header("delivered-to", "D@E.F")) == [2]
    assert found(inbox, TextSearch("text", "A@B.C")) == [1]


def test_a_copy_of_a_copy_has_the_text(inbox: MailboxId) -> None:
    _, second = stored(LETTER, b"Delivered-To: a@b.c\r\n", b"Delivered-To: d@e.f\r\n")
    with transaction() as tx:
        again = ingest.commit(tx, contents.prepare_stored(tx, second))
    file(inbox, second, again)
    assert found(inbox, TextSearch("body", "ZANZIBAR")) == [1, 2]


def test_the_first_stays_while_another_needs_its_text(inbox: MailboxId) -> None:
    first, second = stored(LETTER, b"Delivered-To: a@b.c\r\n", b"Delivered-To: d@e.f\r\n")
    file(inbox, first, second)
    with transaction() as tx:
        messages.expunge(tx, inbox, [1], only_deleted=False)
    with hours_later(2):
        assert erase.sweep().contents == 0
    assert check() == []
    assert found(inbox, TextSearch("body", "ZANZIBAR")) == [2]
    with transaction() as tx:
        messages.expunge(tx, inbox, [2], only_deleted=False)
    with hours_later(2):
        assert erase.sweep().contents == 1
    with hours_later(4):
        assert erase.sweep().contents == 1
    with hours_later(6):
        erase.sweep()
    assert counts()[:2] == (0, 0)


def test_rendered_anew_a_copy_has_its_own_text(inbox: MailboxId) -> None:
    first, second = stored(LETTER, b"Delivered-To: a@b.c\r\n", b"Delivered-To: d@e.f\r\n")
    file(inbox, first, second)
    with transaction() as tx:
        contents.rerender(tx, first)
        contents.rerender(tx, second)
    assert check() == []
    assert found(inbox, TextSearch("body", "ZANZIBAR")) == [1, 2]
