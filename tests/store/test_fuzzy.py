"""Fuzzy matching against a plain model: all words, each as it is or one letter off."""

from __future__ import annotations

from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lemonade_server.store import vendor
from lemonade_server.store.db import snapshot
from lemonade_server.store.errors import LimitReached
from lemonade_server.store.fuzzy import MOST_WORDS, is_one_character_off, scores
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.search import search
from lemonade_server.store.search_tree import And, Flag, FuzzyText, Not, Or, TextSearch, fuzzily
from lemonade_server.store.sort_order import Key
from lemonade_server.store.sorting import sort
from lemonade_server.wire.text import casemap

from .conftest import put, row

WORDS = st.lists(st.text("ABC", min_size=1, max_size=6), min_size=1, max_size=3)


def distance_is_one(one: str, other: str) -> bool:
    """Every way to change, drop or add one letter, tried."""
    changed = {one[:n] + letter + one[n + 1 :] for n in range(len(one)) for letter in "ABC"}
    dropped = {one[:n] + one[n + 1 :] for n in range(len(one))}
    added = {one[:n] + letter + one[n:] for n in range(len(one) + 1) for letter in "ABC"}
    return one != other and other in changed | dropped | added


@given(st.text("ABC", max_size=6), st.text("ABC", max_size=6))
def test_one_letter_off(one: str, other: str) -> None:
    assert is_one_character_off(one, other) == distance_is_one(one, other)


def matches(words: list[str], text: str) -> bool:
    return all(
        word in text
        or (len(word) >= 4 and any(distance_is_one(word, found) for found in text.split()))
        for word in words
    )


def test_found_as_a_model_finds(inbox: MailboxId) -> None:
    texts: dict[int, str] = {}

    @given(WORDS, WORDS)
    @settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
    def check(subject: list[str], words: list[str]) -> None:
        texts[put(inbox, f"Subject: {' '.join(subject)}\r\n\r\n".encode())] = " ".join(subject)
        key = FuzzyText("subject", " ".join(words))
        with snapshot() as tx:
            assert search(tx, inbox, key) == [
                uid for uid, text in texts.items() if matches(words, text)
            ]

    check()


def test_the_better_it_matches_the_higher_the_score(inbox: MailboxId) -> None:
    for subject in ("a lemon tree", "tree and lemon", "lemin tree", "melon tree", "lemons"):
        put(inbox, f"Subject: {subject}\r\n\r\n".encode())
    put(inbox, b"Subject: x\r\n\r\nlemon tree\r\n")
    key = FuzzyText("text", casemap("lemon tree"))
    found_scores: dict[int, int] = {}
    with snapshot() as tx:
        assert search(tx, inbox, key, scores=found_scores) == [1, 2, 3, 6]
        assert found_scores == {1: 100, 2: 90, 3: 70, 6: 70}
        assert sort(tx, inbox, key, [Key("RELEVANCY")], 8) == [1, 2, 3, 6]
        assert sort(tx, inbox, key, [Key("RELEVANCY", reverse=True)], 8) == [3, 6, 2, 1]
        assert search(tx, inbox, key, within=[2, 5]) == [2]
        both = Or([key, FuzzyText("subject", casemap("melon"))])
        assert search(tx, inbox, both, scores=found_scores) == [1, 2, 3, 4, 6]
        assert found_scores[4] == 50


def test_accents_and_signs(inbox: MailboxId) -> None:
    put(inbox, b"Subject: =?utf-8?q?d=C3=A9j=C3=A0_vu_50%?=\r\n\r\n")
    with snapshot() as tx:
        for value, found in (("vu déjà", True), ("dèjà", True), ("deja", False), ("%", True)):
            key = FuzzyText("subject", casemap(value))
            assert search(tx, inbox, key) == [1] * found, value
        assert search(tx, inbox, FuzzyText("subject", "\0")) == []


def test_only_texts_become_fuzzy() -> None:
    node = And([Not(TextSearch("from", "X")), Or([Flag(1), TextSearch("body", "Y")])])
    wanted = And([Not(FuzzyText("from", "X")), Or([Flag(1), FuzzyText("body", "Y")])])
    assert fuzzily(node) == wanted


def test_it_ends_in_time(inbox: MailboxId) -> None:
    put(inbox, b"Subject: lemon\r\n\r\n")
    mailbox = row(inbox)
    with snapshot() as tx, pytest.raises(vendor.Overtime):
        scores(tx, mailbox, FuzzyText("subject", "LEMON"), None, monotonic() - 1)


def test_long_words_cost_little(inbox: MailboxId) -> None:
    """No text makes the comparison of two words slow: the patterns are bounded."""
    put(inbox, b"Subject: x\r\n\r\n" + b"a" * 200_000 + b" " + b"ab" * 100_000 + b"\r\n")
    word = "A" * 500
    with snapshot() as tx:  # which would raise LimitReached
        assert search(tx, inbox, FuzzyText("body", word + "B" + word)) == []


def test_a_text_of_too_many_words_is_refused(inbox: MailboxId) -> None:
    """It would be a statement too deep for the database."""
    put(inbox, b"Subject: lemon\r\n\r\n")
    words = [f"W{number}" for number in range(2_000)]
    with snapshot() as tx:
        assert search(tx, inbox, FuzzyText("text", " ".join(words[:MOST_WORDS]))) == []
        with pytest.raises(LimitReached, match="words"):
            search(tx, inbox, FuzzyText("text", " ".join(words)))
        assert search(tx, inbox, FuzzyText("text", "LEMON " * 2_000)) == [1]
