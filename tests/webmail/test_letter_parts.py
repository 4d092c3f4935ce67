"""Headers of parts, tokens of inline images, and plain text as HTML."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail import html
from webmail.html import parts
from webmail.mail.message.parts import MessagePart


def part(kind: str, name: str = "x") -> MessagePart:
    return MessagePart("2", kind, name, 10, 10, "base64", "", "attachment", "", True)


@pytest.mark.parametrize(
    "kind",
    [
        "text/html",
        "image/svg+xml",
        "text/xml",
        "application/xhtml+xml",
        "text/xsl",
        "message/rfc822",
        "application/javascript",
        "application/x-ecmascript",
        "application/wasm",
        "multipart/x-mixed-replace",
    ],
)
def test_what_could_run_is_a_download(kind: str) -> None:
    headers = html.attachment_headers(part(kind), inline=True)
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["Content-Type"] == "application/octet-stream"  # no page can load it as a script
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert html.inline_headers(part(kind)) is None


def test_a_picture_may_be_shown() -> None:
    headers = html.attachment_headers(part("image/png"), inline=True)
    assert headers["Content-Disposition"].startswith("inline")
    shown = html.inline_headers(part("image/png"))
    assert shown is not None and shown["Cross-Origin-Resource-Policy"] == "cross-origin"


@given(st.text(max_size=80))
def test_no_file_name_breaks_out(name: str) -> None:
    value = html.disposition(name, inline=False)
    assert value.isascii() and value.isprintable()
    assert value.count('"') == 2 and value.startswith('attachment; filename="')


def test_a_token_names_one_image_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    token = html.inline_token("a@x.example", "Über/uns", 7, "1.2")
    assert html.read_inline_token(token) == ("a@x.example", "Über/uns", 7, "1.2")
    assert html.read_inline_token(token[:-1]) is None
    assert html.read_inline_token("rubbish") is None
    monkeypatch.setattr(parts, "LIFETIME", -1)
    assert html.read_inline_token(token) is None


def test_plain_text_has_links_and_levels() -> None:
    shown = html.plain("See https://x.example/a_(b). Or <me@x.example>\n> one\n>> two\nend\n")
    assert '<a href="https://x.example/a_(b)" target="_blank"' in shown
    assert '</a>. Or &lt;<a href="/write/?mailto=mailto%3Ame%40x.example">' in shown
    assert shown.count('<blockquote class="quote">') == 2 == shown.count("</blockquote>")


@given(st.text(alphabet=st.sampled_from("<>\"'& \n>ahtps:/.@()[]x"), max_size=200))
def test_plain_text_never_becomes_markup(text: str) -> None:
    shown: Any = html.plain(text)
    bare = shown
    for tag in ('<blockquote class="quote">', "</blockquote>", "</a>"):
        bare = bare.replace(tag, "")
    while '<a href="' in bare:
        start = bare.index('<a href="')
        end = bare.index(">", start)
        link = bare[start + 9 : end]
        assert link.startswith(("https://", "http://", "/write/?mailto=")) and "<" not in link
        bare = bare[:start] + bare[end + 1 :]
    assert "<" not in bare and ">" not in bare
