"""Statements as they are run: arrays of which something is one."""

from __future__ import annotations

import pytest

from lemonade_server.store.db import snapshot

pytestmark = pytest.mark.django_db

BETWEEN = "SELECT %s + 0 WHERE 1 = ANY(%s) AND CAST(%s AS INTEGER) > 0 AND 'b' = ANY(%s)"


@pytest.mark.parametrize(
    ("numbers", "words", "found"),
    [
        ([1], ["b"], 7),
        ([1, 2], ["a", "b"], 7),
        ([1], ["a", "b"], 7),
        ([2, 1], ["b"], 7),
        ([2], ["b"], None),
        ([1], ["a"], None),
        ([], ["b"], None),
        ([1], [], None),
    ],
)
def test_an_array_of_any_length(numbers: list[int], words: list[str], found: int | None) -> None:
    with snapshot() as tx:
        assert tx.value(BETWEEN, (7, numbers, 1, words)) == found
