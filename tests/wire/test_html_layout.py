"""HTML for a reader of plain text: nothing of its layout that means something is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.html_layout import DEEPEST, readable_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        # Lines and blanks that mean something.
        ("<pre>if x:\n    go()\n\n\nelse:\n\tstop()</pre>", "if x:\n    go()\n\n\nelse:\n\tstop()"),
        ("<pre>\nfirst</pre>", "first"),
        ("<pre>a\r\n  <b>b\r\n</b> c</pre>", "a\n  b\n c"),
        ("<div style='white-space:pre-wrap'>a\n  b</div>", "a\n  b"),
        # Paragraphs, and lines of one.
        ("<p>One\n two</p>\n<p>three<br>four</p>", "One two\n\nthree\nfour"),
        ("a<br><br>b<div>c</div><div><br></div><div>d</div>", "a\n\nb\nc\n\nd"),
        ("<p>a&nbsp; b</p>", "a  b"),
        # Lists.
        ("<ul><li>one<li><p>two</p><p>more</p></ul>", "- one\n- two\n\n  more"),
        ("<ol start=3><li>c<li>d<ul><li>e</ul></ol>", "3. c\n4. d\n   - e"),
        ("<ol start='-1e9'><li>a</ol>", "1. a"),
        # Rows, and the tables that pages are laid out with.
        ("<table><tr><td>Tea</td><td>3</td></tr></table>", "Tea\t3"),
        ("<table><tr><td><p>Tea</p></td><td><div>3</div></td></tr></table>", "Tea\t3"),
        ("<table><tr><td></td><td>3<tr><td>x<td></table>", "\t3\nx"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a\n\nb\n\nc"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a\tb\tc"),
        # Quotations.
        (
            "<blockquote>a<pre>x\n y</pre><blockquote>b</blockquote></blockquote>c",
            "> a\n>\n> x\n>  y\n>\n> > b\n\nc",
        ),
        # Links.
        ("<p>Third <a href='https://x.example/l'>link here</a>.</p>",
         "Third link here <https://x.example/l>."),
        ("<a href='https://x.example/l'><div>Read</div></a><p>on</p>",
         "Read <https://x.example/l>\n\non"),
        ("<a href='https://x.example/l'><img src=x></a>", "<https://x.example/l>"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("<a href='https://x.example/'>x.example</a>", "x.example"),
        ("<a href='#two'>two</a> <a href='javascript:x()'>y</a>", "two y"),
        # What nobody is to see.
        ("<div style='x:y; display: none'>no<p>no</p></div>yes", "yes"),
        ("<p hidden>no</p><style>no</style><script>no</script><title>no</title>yes", "yes"),
        # Letters' business.
        ("<p>می\u200cخواهم 👩\u200d👧</p>", "می\u200cخواهم 👩\u200d👧"),
        ("", ""),
        ("<!-- no -->", ""),
    ],
)  # fmt: skip
def test_the_layout_is_kept(html: str, text: str) -> None:
    assert readable_text(html) == text


@given(st.text(alphabet="<>!-/ &#;xpab9\n'=") | st.text(max_size=200))
def test_any_html_gives_text(html: str) -> None:
    readable_text(html).encode("utf-8")


def test_words_of_any_depth_are_kept() -> None:
    for tag in ("div", "blockquote", "ul><li", "table><tr><td"):
        assert readable_text(f"<{tag}>" * 300 + "deep").endswith("deep")
    assert readable_text("<blockquote>" * 300 + "deep").count(">") == DEEPEST


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<p><font>" * 20_000,
        "<a" * 300_000,
        "<a href=http://x>" * 50_000,
        "<blockquote>" * 20_000 + "x",
        "<table><tr><td>" * 5_000 + "x",
        "<table>" + "<tr><td>x" * 50_000,
        f"<table><tr><td>{'x' * 500_000}</td></tr>{'<tr><td>y</td></tr>' * 20_000}</table>",
        "<!" * 200_000,
        "&#" * 200_000,
        "<pre>" + "\n" * 500_000 + "x",
    ],
)
def test_no_bomb_takes_long_or_grows(bomb: str) -> None:
    started = time.process_time()
    assert len(readable_text(bomb)) < 2 * len(bomb) + 100
    assert time.process_time() - started < 5
