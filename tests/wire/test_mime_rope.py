"""Ropes: the inside of opaque spans stays unread, and the tree is that of the plain octets."""

from __future__ import annotations

import base64
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from lemonade_server.wire.mime import BytesSource, scan
from lemonade_server.wire.rendering import render_message
from tests.wire.ropes import Rope, check_offsets, outline

MIXED = b"Content-Type: multipart/mixed; boundary=new\r\n\r\n"

_PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b"-",
        b"--",
        b"--a",
        b"--a--",
        b"--ab",
        b"\r\n--a\r\n",
        b"\r\n--a--\r\n",
        b"\r\n--b\r\n",
        b"\r\n--b--\r\n",
        b"\r\n\r\n",
        b" ",
        b"Content-Type: multipart/mixed; boundary=a\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
        b"Content-Type: multipart/digest; boundary=ab\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"Content-Type: text/html\r\n",
        b"text of no importance\r\n",
        b"x" * 3_000,
        b"line\r\n" * 600,
    ]
) | st.binary(max_size=12)


@given(st.lists(_PIECES, max_size=40), st.integers(0, 3_000), st.data())
@settings(max_examples=400, deadline=None)
def test_any_cut_gives_the_tree_of_the_whole(
    pieces: list[bytes], opaque_over: int, data: st.DataObject
) -> None:
    whole = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    ends = [0, *cuts, len(whole)]
    rope = Rope(
        *(whole[start:stop] for start, stop in pairwise(ends)),
        opaque_over=opaque_over,
    )
    plain = scan(BytesSource(whole))
    check_offsets(plain, len(whole))
    assert scan(rope) == plain


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_octets_have_a_tree(data: bytes) -> None:
    check_offsets(scan(BytesSource(data)), len(data))


def forwarded(attachment: bytes, border: bytes = b"\r\n") -> Rope:
    """A letter around an attachment that another message brought."""
    return Rope(
        b"From: a@example.com\r\nSubject: Fwd: see this\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=new\r\n\r\n"
        b"--new\r\nContent-Type: text/plain\r\n\r\nLook at this.\r\n"
        b"--new\r\nContent-Type: application/pdf; name=big.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n",
        attachment,
        border + b"--new--\r\n",
        opaque_over=64 * 1024,
    )


def test_forwarding_25_megabytes_reads_the_letter_only() -> None:
    line = base64.b64encode(bytes(57)) + b"\r\n"
    attachment = line * (25_000_000 // len(line))
    rope = forwarded(attachment)
    rendering = render_message(rope)
    assert rope.octets_read < 64 * 1024
    assert rendering.size > 24_900_000
    assert outline(rendering.root) == "mixed(text/plain, application/pdf)"
    assert rendering.root == scan(BytesSource(rope.read(0, rope.size)))
    pdf = rendering.root.children[1]
    assert rope.read(pdf.body_start, pdf.stop) == attachment


def test_a_delimiter_across_the_border_of_an_opaque_span_is_seen() -> None:
    rope = forwarded(b"QUFB" * 30_000 + b"\r\n-", border=b"-new\r\n\r\nthird\r\n")
    assert outline(scan(rope)) == "mixed(text/plain, application/pdf, text/plain)"
    rope = Rope(MIXED + b"--new\r\n\r\none\r\n-", b"-new\r\n\r\n" + b"x" * 100_000)
    assert outline(scan(rope)) == "mixed(text/plain, text/plain)"
    rope = Rope(MIXED + b"--ne", b"w\r\n\r\n" + b"x" * 100_000, b"\r\n--new--\r\n")
    assert outline(scan(rope)) == "mixed(text/plain)"


def test_a_delimiter_across_the_edge_of_the_window_is_seen() -> None:
    head = MIXED + b"--new\r\n\r\n"
    for edge in range(262_144 - len(head) - 10, 262_144 - len(head) + 2):
        data = head + b"x" * edge + b"\r\n--new\r\n\r\ny\r\n--new--\r\n"
        assert outline(scan(BytesSource(data))) == "mixed(text/plain, text/plain)"


def test_the_end_of_a_header_is_found_in_an_opaque_span() -> None:
    for length in range(4_096 - 15, 4_096 - 5):
        data = b"Subject: " + b"x" * length + b"\r\n\r\n" + b"y" * 100_000
        rope = Rope(data)
        assert scan(rope).body_start == data.index(b"y")
        assert rope.octets_read < 32_000


def test_a_large_opaque_text_is_read_within_a_budget() -> None:
    text = b"words that someone may look for\r\n" * 100_000
    rope = Rope(b"Subject: log\r\n\r\n", text, opaque_over=64 * 1024)
    rendering = render_message(rope)
    assert rope.octets_read < 300_000
    assert rendering.preview.startswith("words that someone may look for words")
    assert rendering.root.lines == 100_000
