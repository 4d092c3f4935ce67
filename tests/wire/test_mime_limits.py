"""Messages made to hurt: a tree in bounded time, depth and size (X-09, B-43)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from lemonade_server.wire.mime import MAX_DEPTH, MAX_HEADER, MAX_PARTS, BytesSource, scan
from lemonade_server.wire.rendering import render_message
from tests.wire.ropes import check_offsets, every_part

MIXED = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"


@cache
def loop_time() -> float:
    """Seconds of this machine for ten million turns of nothing."""
    begun = time.process_time()
    for _ in range(10_000_000):
        pass
    return time.process_time() - begun


@contextmanager
def bounded(loops: float) -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < loops * loop_time()


def rendered(data: bytes, loops: float = 25.0) -> int:
    """Number of parts, after the checks."""
    with bounded(loops):
        rendering = render_message(BytesSource(data))
    check_offsets(rendering.root, len(data))
    return len(every_part(rendering.root))


def test_a_hundred_thousand_parts() -> None:
    assert rendered(MIXED + b"--a\r\n\r\nx\r\n" * 100_000 + b"--a--\r\n") == MAX_PARTS
    assert rendered(MIXED + b"--a\r\n" * 100_000) == MAX_PARTS


def test_ten_thousand_levels() -> None:
    equal = b"".join([MIXED + b"--a\r\n"] * 10_000)
    assert rendered(equal) <= MAX_PARTS
    distinct = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%05d\r\n\r\n--b%05d\r\n" % (level, level)
        for level in range(10_000)
    )
    assert rendered(distinct) == MAX_DEPTH
    messages = b"Content-Type: message/rfc822\r\n\r\n" * 10_000
    assert rendered(messages) == MAX_DEPTH


def test_wide_and_deep() -> None:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(MAX_DEPTH)
    )
    tail = b"".join(b"--b%d\r\n\r\nx\r\n" % (level % MAX_DEPTH) for level in range(100_000, 0, -1))
    assert rendered(head + tail) <= MAX_PARTS


def test_a_header_line_of_a_megabyte() -> None:
    assert rendered(b"Subject: " + b"x" * 1_000_000 + b"\r\n\r\nbody") == 1
    data = b"Subject: " + b"x" * 3_000_000 + b"\r\n\r\nbody"
    assert scan(BytesSource(data)).body_start == MAX_HEADER
    assert rendered(data) == 1


def test_a_hundred_thousand_headers() -> None:
    assert rendered(b"A: b\r\n" * 100_000 + b"\r\nbody") == 1
    assert rendered(b"Content-Type: text/plain; a=b\r\n" * 100_000 + b"\r\nbody") == 1


def test_lines_that_start_like_delimiters() -> None:
    assert rendered(MIXED + b"--a\r\n\r\n" + b"--\r\n" * 2_000_000) == 2
    assert rendered(MIXED + b"--a\r\n\r\n" + b"--ab\n" * 1_000_000) == MAX_PARTS
    two = MIXED + b"--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
    assert rendered(two + b"--\n" * 2_000_000) == 3


def test_many_headers_without_blank_lines() -> None:
    assert rendered(MIXED + b"--a\r\n" * 1_990 + b"x: y\r\n" * 300_000) <= MAX_PARTS


def test_parameters_addresses_and_words_without_end() -> None:
    assert rendered(b"Content-Type: text/plain; " + b"a=b; " * 100_000 + b"\r\n\r\nx") == 1
    assert rendered(b"To: " + b"a@b," * 250_000 + b"\r\n\r\nx") == 1
    assert rendered(b"To: " + b"(" * 1_000_000 + b"\r\n\r\nx") == 1
    assert rendered(b"To: " + b'<"' * 500_000 + b"\r\n\r\nx") == 1
    assert rendered(b"References: " + b'<"\\"' * 250_000 + b"\r\n\r\nx") == 1
    assert rendered(b"Subject: " + b"=?utf-8?q?a?= " * 70_000 + b"\r\n\r\nx") == 1
    assert rendered(b"Subject: " + b"[a]" * 300_000 + b"\r\n\r\nx") == 1
    assert rendered(b"Subject: " + b"=?" * 500_000 + b"\r\n\r\nx") == 1


def test_html_without_end() -> None:
    html = b"Content-Type: text/html\r\n\r\n"
    for piece in (
        b"<!--",
        b"<",
        b"<a ",
        b"<script>",
        b"<style></",
        b"&#",
        b"&amp",
        b"<head",
        b" \n",
    ):
        assert rendered(html + piece * (1_000_000 // len(piece))) == 1
    assert rendered(html + b"&#" + b"9" * 1_000_000) == 1


def test_nul_everywhere() -> None:
    data = (MIXED + b'--a\r\nContent-Type: text/plain; name="\0"\r\n\r\n\0\0\r\n--a--').replace(
        b"mixed", b"mixed\0"
    )
    rendering = render_message(BytesSource(data))
    check_offsets(rendering.root, len(data))
    assert "\0" not in rendering.body_text + rendering.header_text + rendering.preview
    assert b"\0" not in rendering.bodystructure + rendering.envelope
    assert rendered(b"\0" * 1_000_000) == 1
