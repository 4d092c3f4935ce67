from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.html import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One\ntwo</p><p>three<br/>four", "One two\nthree\nfour"),
        ("in<b>si</b>de <a href='x'>link</a>", "inside link"),
        ("<HTML><head><title>no</title></head><body class=x>yes</body>", "yes"),
        ("<head>no<body>yes", "yes"),
        ("<style>p{}</style>a<script>if (1<2) x()</script>b", "a b"),
        ("a<!-- <p>no</p> -->b<!-- open", "a b"),
        ("<!--[if mso]><p>no</p><![endif]-->yes", "yes"),
        ("a&amp;b &lt;c&gt; &eacute;&#233;&#xe9; &nbsp;x", "a&b <c> ééé x"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<header>h</header><headline>x", "h\nx"),
        ("&#0;&#xd800;&#99999999999999;", "\ufffd\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_html_to_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.text(alphabet="<>!-/ &#;xpab9\n"))
def test_any_html_gives_text(html: str) -> None:
    text = html_to_text(html)
    assert text == text.strip()
    text.encode("utf-8")
