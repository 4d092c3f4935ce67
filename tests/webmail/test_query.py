"""The words of a search: read as a tree, written as words, refused in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from webmail.mail import (
    AgeKey,
    AllOf,
    AnyOf,
    AttachmentKey,
    DayKey,
    FolderKey,
    LabelKey,
    MessageState,
    NoneOf,
    SearchTree,
    SizeKey,
    StateKey,
    TextKey,
    words_to_mark,
)
from webmail.search.parser import MOST_WORDS, parse
from webmail.search.words import QueryError
from webmail.search.writer import write

PIECES = (
    *("from:", "to:", "cc:", "bcc:", "subject:", "body:", "filename:", "list:", "in:", "label:"),
    *("is:unread", "is:", "has:attachment", "has:", "larger:10M", "smaller:", "before:2026-01-31"),
    *("after:", "older_than:1y", "newer_than:2d", "OR", "AND", "NOT", "-", "(", ")", '"', "“", "”"),
    *("anna", "Grüße", "請求書", "رسالة", "a:b", "\\", "\0", "１", "：", " ", "\u3000", "\ud800"),
)
queries = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(max_size=300),
)


def word(text: str, field: str = "") -> TextKey:
    return TextKey(field, text)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", AllOf()),
        ("roof", word("roof")),
        ("roof survey", AllOf((word("roof"), word("survey")))),
        ('"roof survey"', word("roof survey")),
        ("„Dach decken“", word("Dach decken")),
        ("「屋根 調査」", word("屋根 調査")),
        ("件名　請求書", AllOf((word("件名"), word("請求書")))),
        ("from:anna", word("anna", "from")),
        ("FROM：anna", word("anna", "from")),
        ("from: anna", word("anna", "from")),
        ('subject:"roof survey"', word("roof survey", "subject")),
        (
            "subject:(roof OR survey)",
            AnyOf((word("roof", "subject"), word("survey", "subject"))),
        ),
        ("a b OR c", AllOf((word("a"), AnyOf((word("b"), word("c")))))),
        ("a AND b", AllOf((word("a"), word("b")))),
        ("-spam", NoneOf(word("spam"))),
        ("NOT spam", NoneOf(word("spam"))),
        ("-from:anna", NoneOf(word("anna", "from"))),
        ("-(a OR b)", NoneOf(AnyOf((word("a"), word("b"))))),
        ("--spam", word("--spam")),
        ("a - b", AllOf((word("a"), word("-"), word("b")))),
        ("10:30 https://far.example/", AllOf((word("10:30"), word("https://far.example/")))),
        ("e-mail", word("e-mail")),
        ('5"disk', word('5"disk')),
        ("is:unread", StateKey(MessageState.UNREAD)),
        ("is:Starred", StateKey(MessageState.FLAGGED)),
        ("has:attachment", AttachmentKey()),
        ('in:"Lists/python dev"', FolderKey("Lists/python dev")),
        ("label:$Important", LabelKey("$Important")),
        ("larger:10M", SizeKey(True, 10_000_000)),
        ("smaller:1.5kb", SizeKey(False, 1_500)),
        ("before:2026-01-31", DayKey(True, date(2026, 1, 31))),
        ("after:2026/1", DayKey(False, date(2026, 1, 1))),
        ("after:31.1.2026", DayKey(False, date(2026, 1, 31))),
        ("older_than:2w", AgeKey(True, 14)),
        ("newer_than:1y", AgeKey(False, 365)),
    ],
)
def test_a_query_is_a_tree(text: str, tree: SearchTree) -> None:
    assert parse(text) == tree
    assert parse(write(tree)) == tree


def test_today_is_a_day() -> None:
    assert parse("before:today") == DayKey(True, timezone.localdate())


@pytest.mark.parametrize(
    ("text", "number", "words"),
    [
        ('roof "survey of', 2, "never closed"),
        ("roof (survey", 2, "never closed"),
        ("roof )", 2, "nothing was opened"),
        ("roof OR", 2, "stands between"),
        ("OR", 1, "stands between"),
        ("OR OR OR", 1, "stands between"),
        ("a AND", 2, "stands between"),
        ("a NOT", 2, "stands between"),
        ("()", 1, "nothing between"),
        ('a ""', 2, "nothing between"),
        ("from:", 1, "missing"),
        ("from: to: cc:", 1, "missing"),
        ("a from:OR b", 2, "missing"),
        ("a is:purple", 2, "one of these"),
        ("has:wings", 1, "attachment"),
        ("larger:huge", 1, "a size is"),
        ("older_than:0d", 1, "a span of time"),
        ("before:2026-02-30", 1, "a day is"),
        ('label:"two words"', 1, "one word"),
        ("label:größe", 1, "one word"),
        ("(" * 30 + "a" + ")" * 30, 21, "too many brackets"),
        (" ".join(["word"] * 300), MOST_WORDS + 1, "at most"),
        ("x" * 5_000, 1, "too long"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_word(text: str, number: int, words: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(text)
    assert (error.value.word, words in error.value.text) == (number, True), error.value.text
    assert str(number) in str(error.value)


@given(queries)
def test_any_text_is_a_tree_or_refused_and_its_tree_can_be_written(text: str) -> None:
    try:
        tree = parse(text)
    except QueryError as error:
        assert error.word >= 1 and error.text
        return
    assert parse(write(tree)) == tree


def test_words_that_are_not_wanted_are_not_marked() -> None:
    tree = parse("roof subject:survey -garden -(-sun) (roof OR moon)")
    assert words_to_mark(tree) == {"": ["roof", "sun", "moon"], "subject": ["survey"]}
