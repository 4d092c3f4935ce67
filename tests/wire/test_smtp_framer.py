"""Framing of SMTP, and that no mail can hide another behind a false end (S-05, S-07, P-34)."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.smtp_framer import (
    Chunk,
    ChunkEnd,
    CommandLine,
    Data,
    DataEnd,
    Event,
    LineTooLong,
    SmtpFramer,
)

CHUNK = re.compile(rb"BDAT (\d{1,6})(?!\d)")


def converse(data: bytes, step: int = 0, limit: int = 12_288) -> list[Event]:
    """A session that obeys DATA and BDAT whatever else happened, with pieces joined."""
    framer = SmtpFramer(limit)
    events: list[Event] = []
    for start in range(0, len(data), step or max(len(data), 1)):
        framer.feed(data[start : start + (step or len(data))])
        while (event := framer.next()) is not None:
            if isinstance(event, CommandLine) and event.text == b"DATA":
                framer.expect_data()
            if isinstance(event, CommandLine) and (chunk := CHUNK.match(event.text)):
                framer.expect_chunk(int(chunk[1]))
            _append(events, event)
    return events


def _append(events: list[Event], event: Event) -> None:
    last = events[-1] if events else None
    if isinstance(event, Data | Chunk) and type(last) is type(event):
        last.octets += event.octets
    else:
        events.append(event)


def test_lines() -> None:
    assert converse(b"EHLO x\r\nNOOP\nQUIT\r\nRS") == [
        CommandLine(b"EHLO x"),
        CommandLine(b"NOOP\n"),  # the grammar refuses it
        CommandLine(b"QUIT"),
    ]


def test_data_is_unstuffed() -> None:
    assert converse(b"DATA\r\na\r\n..b\r\n.c\r\n\r\n.\r\nQUIT\r\n") == [
        CommandLine(b"DATA"),
        Data(b"a\r\n.b\r\nc\r\n\r\n"),
        DataEnd(12, 0, 0),
        CommandLine(b"QUIT"),
    ]


def test_data_may_be_empty_or_begin_with_a_dot() -> None:
    assert converse(b"DATA\r\n.\r\nQUIT\r\n") == [
        CommandLine(b"DATA"),
        DataEnd(0, 0, 0),
        CommandLine(b"QUIT"),
    ]
    assert converse(b"DATA\r\n..\r\n.\r\n") == [
        CommandLine(b"DATA"),
        Data(b".\r\n"),
        DataEnd(3, 0, 0),
    ]


@pytest.mark.parametrize(
    ("end", "bare_cr", "bare_lf"),
    [
        (b"\n.\n", 0, 2),
        (b"\r.\r", 2, 0),
        (b"\r\n.\n", 0, 1),
        (b"\n.\r\n", 0, 1),
        (b"\r\n.\r", 1, 0),
        (b"\r.\r\n", 1, 0),
        (b"\n\n.\r\n", 0, 2),
        (b"\r\n\x00.\r\n", 0, 0),
        (b"\r\n.\x00\r\n", 0, 0),
        (b"\r\r\n.\r\r\n", 2, 0),
    ],
)
def test_false_ends_of_data(end: bytes, bare_cr: int, bare_lf: int) -> None:
    """Each was an end for some server once; here it is content, and counted."""
    smuggled = b"MAIL FROM:<evil@example.com>\r\n"
    for step in (0, 1):
        events = converse(b"DATA\r\nhi" + end + smuggled + b".\r\nQUIT\r\n", step)
        assert [type(event) for event in events] == [CommandLine, Data, DataEnd, CommandLine]
        assert isinstance(events[1], Data) and smuggled in events[1].octets
        assert events[2] == DataEnd(len(events[1].octets), bare_cr, bare_lf)
        assert events[3] == CommandLine(b"QUIT")


def test_chunks_are_exactly_as_long_as_announced() -> None:
    """No dot, no line, no command is seen in them (S-05, S-07)."""
    body = b".\r\n\r\n.\r\nQUIT\r\n\x00\n..x"
    for step in (0, 1, 3):
        events = converse(b"BDAT %d\r\n%bBDAT 0 LAST\r\nQUIT\r\n" % (len(body), body), step)
        assert events == [
            CommandLine(b"BDAT %d" % len(body)),
            Chunk(body),
            ChunkEnd(),
            CommandLine(b"BDAT 0 LAST"),
            ChunkEnd(),
            CommandLine(b"QUIT"),
        ]


def test_a_pipelined_chunk_after_a_failed_burl_is_not_executed() -> None:
    """P-34."""
    events = converse(b"BURL imap://x LAST\r\nBDAT 9 LAST\r\nRSET\r\nXX\nNOOP\r\n")
    assert [e.text for e in events if isinstance(e, CommandLine)] == [
        b"BURL imap://x LAST",
        b"BDAT 9 LAST",
        b"NOOP",
    ]


def test_long_lines() -> None:
    assert converse(b"AUTH X " + b"a" * 12_279 + b"\r\n") == [
        CommandLine(b"AUTH X " + b"a" * 12_279)
    ]
    assert converse(b"x" * 90_000 + b"\r\nNOOP\r\n") == [LineTooLong(), CommandLine(b"NOOP")]


@pytest.mark.parametrize("size", [7, 8, 9])
def test_the_limit_does_not_depend_on_how_octets_arrive(size: int) -> None:
    line = b"x" * size + b"\r\nNOOP\r\n"
    assert converse(line, 0, 10) == converse(line, 1, 10)
    assert isinstance(converse(line, 0, 10)[0], CommandLine) == (size + 2 <= 10)


def test_what_came_before_tls_can_be_thrown_away() -> None:
    framer = SmtpFramer()
    framer.feed(b"STARTTLS\r\nMAIL FROM:<x>\r\n")
    assert framer.next() == CommandLine(b"STARTTLS")
    assert framer.pending() == b"MAIL FROM:<x>\r\n"
    assert framer.next() is None


def test_a_slow_sender_costs_no_more_than_its_octets() -> None:
    framer = SmtpFramer(10**7)
    began = time.process_time()
    for _ in range(50_000):
        framer.feed(b"x" * 40)
        assert framer.next() is None
    framer.feed(b"\r\n")
    framer.next()
    framer.expect_data()
    for _ in range(50_000):
        framer.feed(b"x" * 40)
        assert isinstance(framer.next(), Data)
    assert time.process_time() - began < 3


PIECES = [
    b"\r",
    b"\n",
    b".",
    b"\r\n",
    b"\r\n.",
    b"\r\n.\r\n",
    b"..",
    b"a",
    b"DATA\r\n",
    b"BDAT 3\r\n",
]
STREAMS = st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)


@given(STREAMS | st.binary(max_size=60), st.integers(1, 7))
def test_whole_equals_byte_by_byte(data: bytes, step: int) -> None:
    for start in (b"", b"DATA\r\n", b"BDAT 7\r\n"):
        assert converse(start + data, 0, 40) == converse(start + data, step, 40)


@given(st.lists(st.binary(max_size=12), max_size=8))
def test_stuffed_lines_arrive_as_they_were(lines: list[bytes]) -> None:
    lines = [line.replace(b"\r", b"").replace(b"\n", b"") for line in lines]
    stuffed = [b"." + line if line.startswith(b".") else line for line in lines]
    wire = b"DATA\r\n" + b"".join(line + b"\r\n" for line in stuffed) + b".\r\nNOOP\r\n"
    message = b"".join(line + b"\r\n" for line in lines)
    expected: list[Event] = [Data(message)] if lines else []
    assert converse(wire)[1:] == [*expected, DataEnd(len(message), 0, 0), CommandLine(b"NOOP")]
