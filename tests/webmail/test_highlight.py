"""Words marked in HTML: where they stand, and nowhere else."""

from __future__ import annotations

import re
from html import unescape

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    ],
)  # fmt: skip
def test_words_are_marked(html: str, words: list[str], marked: str) -> None:
    assert highlight(html, words) == marked


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
