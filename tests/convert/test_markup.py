"""HTML as plain text."""

from __future__ import annotations

import pytest

from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.sandbox import SandboxLimits

from .workbench import Workbench


def text(bench: Workbench, page: str | bytes, charset: str = "utf-8") -> str:
    data = page if isinstance(page, bytes) else page.encode()
    return bench.convert(data, "text/html", "text/plain", charset).decode()


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>One\n two</p><p>three<br>four</p>", "One two\r\n\r\nthree\r\nfour\r\n"),
        ("<h1>Title</h1>text", "Title\r\n\r\ntext\r\n"),
        ("<ul><li>a<li>b<ol><li>c<li>d</ol></ul>", "- a\r\n- b\r\n  1. c\r\n  2. d\r\n"),
        (
            "<table><tr><th>a<th>b</tr><tr><td>1</td><td></td><td>3</td></table>",
            "a\tb\r\n1\t\t3\r\n",
        ),
        (
            "x<blockquote>q<br>r<blockquote>deep</blockquote></blockquote>y",
            "x\r\n\r\n> q\r\n> r\r\n>\r\n> > deep\r\n\r\ny\r\n",
        ),
        ("<pre>a\n  b\n\nc</pre>", "a\r\n  b\r\n\r\nc\r\n"),
        ("<a href='https://a.example/x'>here</a>", "here <https://a.example/x>\r\n"),
        ("<a href='https://a.example/'>a.example</a>", "a.example\r\n"),
        ("<a href='javascript:x()'>here</a>", "here\r\n"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example\r\n"),
        ("a &amp; b &euro; &#8364; <img alt='logo' src=x>", "a & b € € logo\r\n"),
        (
            "<head><title>no</title><style>no</style></head><body>yes<script>no()</script></body>",
            "yes\r\n",
        ),
        ("<title>no</title><body>yes", "yes\r\n"),
        ("", ""),
        ("<!-- only a comment -->", ""),
        ("a<div>b</div><div></div><div>c</div>", "a\r\nb\r\nc\r\n"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2\r\n"),
    ],
)
def test_the_layout_is_kept(bench: Workbench, page: str, words: str) -> None:
    assert text(bench, page) == words


def test_the_charset_may_stand_in_the_page(bench: Workbench) -> None:
    page = "<meta charset='koi8-r'><p>Привет".encode("koi8-r")
    assert text(bench, page, "") == "Привет\r\n"
    assert text(bench, "<p>Привет".encode("windows-1251"), "windows-1251") == "Привет\r\n"


def test_another_charset(bench: Workbench) -> None:
    made = bench.convert(
        "<p>Żółw €".encode(), "text/html", "text/plain", "utf-8", charset="iso-8859-2",
        unknown_character_replacement="EUR",
    )  # fmt: skip
    assert made == "Żółw EUR\r\n".encode("iso-8859-2")


def test_pages_made_to_be_slow() -> None:
    """An answer, or the end of its processor time: never more."""
    bench = Workbench(SandboxLimits(cpu=1))
    for page in ("<div>" * 200_000, "<a href='" * 20_000, "<!" * 100_000, "&#9" * 100_000):
        try:
            text(bench, page)
        except ConversionRefused as refused:
            assert "time" in refused.text or "memory" in refused.text
    bench.close()
