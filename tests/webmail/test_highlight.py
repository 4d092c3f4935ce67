"""Words marked in HTML: where they stand, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.html import highlight as marking
from webmail.html.frame import frame
from webmail.html.highlight import highlight
from webmail.search.highlights import Highlights, highlights_of


@pytest.mark.parametrize(
    ("html", "words", "marked"),
    [
        ("The roof", ["roof"], "The <mark>roof</mark>"),
        ("ROOFtop", ["roof"], "<mark>ROOF</mark>top"),
        ("Größe", ["GRÖSSE"], "<mark>Größe</mark>"),
        ("Gru\u0308ße", ["grüße"], "<mark>Gru\u0308ße</mark>"),
        ("請求書です", ["請求書"], "<mark>請求書</mark>です"),
        ('<a title="roof" href="/roof">roof</a>', ["roof"],
         '<a title="roof" href="/roof"><mark>roof</mark></a>'),
        ("a &amp; b", ["& b"], "a <mark>&amp; b</mark>"),
        ("a &amp; b", ["amp"], "a &amp; b"),
        ("a &#39;x", ["39"], "a &#39;x"),
        ("roof roofs", ["roof", "roofs"], "<mark>roof</mark> <mark>roofs</mark>"),
        ("&lt;script&gt;", ["<script>"], "<mark>&lt;script&gt;</mark>"),
        ("ﬁne", ["i"], "<mark>ﬁ</mark>ne"),
        ("nothing", ["", " "], "nothing"),
        ("abcd", ["ab", "bc", "A"], "<mark>abc</mark>d"),
        ("½ 1", ["1", "2"], "<mark>½</mark> <mark>1</mark>"),
    ],
)  # fmt: skip
def test_words_are_marked(html: str, words: list[str], marked: str) -> None:
    assert highlight(html, words) == marked


@pytest.mark.parametrize("text", ["a" * 300_000, "<b>a</b>" * 40_000, "a " * 150_000])
def test_few_places_are_looked_at(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """However often words stand in a text, and however often a word is asked for."""
    words = [letter * count for letter in "aAáÁ" for count in range(1, 26)]
    seen = 0

    def count(*args: str) -> Iterator[tuple[int, int]]:
        nonlocal seen
        for span in spans(*args):
            seen += 1
            yield span

    spans = marking._spans
    monkeypatch.setattr(marking, "_spans", count)
    marked = highlight(text, words)
    assert 0 < seen <= marking.MOST_SPANS + 50
    assert 0 < marked.count("<mark>") <= marking.MOST
    assert re.sub("</?mark>", "", marked) == text


@pytest.mark.parametrize(("before", "count"), [(1, 1), (0, 0)])
def test_the_start_of_a_long_text_is_marked(before: int, count: int) -> None:
    """A character that is written as a reference is one, and stays whole."""
    text = "x" * (marking.MOST_CHARACTERS - before) + "&amp;&amp;am"
    assert highlight(text, ["&", "am"]).count("<mark>&amp;</mark>") == count


@given(st.text(), st.lists(st.text(max_size=5), max_size=4))
def test_nothing_but_marks_is_added(text: str, words: list[str]) -> None:
    safe = nh3.clean(text)
    marked = highlight(safe, words)
    assert re.sub("</?mark>", "", marked) == re.sub("</?mark>", "", safe)
    assert unescape(nh3.clean(marked)) == unescape(marked)


def test_the_frame_marks_what_the_message_says() -> None:
    shown = frame('<p class="roof">The roof</p>', lambda _: None, False, words=["roof"])
    assert '<p class="roof">The <mark>roof</mark></p>' in shown.html


def test_each_place_has_its_words() -> None:
    found = highlights_of("roof from:anna to:ben subject:survey body:tiles -moon")
    assert found == Highlights(
        ("roof", "survey"), ("roof", "anna"), ("roof", "ben"), ("roof", "tiles")
    )
    assert highlights_of('"never closed') == Highlights()
