"""Framing of IMAP, and that no octet of a literal is ever taken for a command."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.cursor import Literal
from lemonade_server.wire.imap_framer import (
    MAX_LITERALS,
    AnnouncedLiteral,
    CommandTooLong,
    ContinuationLine,
    DroppedCommand,
    Event,
    ImapFramer,
    Request,
    tag_of,
)


class Spool:
    """A sink that keeps its pieces apart, to see how they came."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    @property
    def size(self) -> int:
        return sum(map(len, self.pieces))

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def read(self, start: int, stop: int) -> bytes:
        return b"".join(self.pieces)[start:stop]


def drain(framer: ImapFramer, refuse: int = 1 << 62) -> list[Event]:
    """All events there are; literals of `refuse` octets and more are refused."""
    events: list[Event] = []
    while (event := framer.next()) is not None:
        events.append(event)
        if isinstance(event, AnnouncedLiteral):
            if event.size >= refuse:
                framer.refuse()
            else:
                framer.accept(None if event.fits else Spool())
    return events


def whole(data: bytes, refuse: int = 1 << 62, **limits: int) -> list[Event]:
    framer = ImapFramer(**limits)
    framer.feed(data)
    return drain(framer, refuse)


def requests(events: list[Event]) -> list[Request]:
    return [event for event in events if isinstance(event, Request)]


def test_lines() -> None:
    assert whole(b"a NOOP\r\nb LOGOUT\r\nc IN") == [
        Request(b"a NOOP", []),
        Request(b"b LOGOUT", []),
    ]


def test_a_bare_lf_ends_the_line_and_stays_in_it() -> None:
    assert whole(b"a NOOP\nb NOOP\r\n") == [Request(b"a NOOP\n", []), Request(b"b NOOP", [])]


def test_a_synchronizing_literal_waits_for_its_answer() -> None:
    framer = ImapFramer()
    framer.feed(b"a LOGIN {3}\r\njoe secret\r\n")
    assert framer.next() == AnnouncedLiteral(b"a LOGIN ", 3, True, False, True)
    assert framer.next() is None
    framer.accept()
    assert framer.next() == Request(b"a LOGIN {3}\r\n secret", [Literal(3, False, b"joe")])


def test_literals_without_waiting() -> None:
    events = whole(b"a LOGIN {3+}\r\njoe {0+}\r\n\r\nb APPEND x ~{2+}\r\n\0\0\r\nc NOOP\r\n")
    assert events == [
        AnnouncedLiteral(b"a LOGIN ", 3, False, False, True),
        AnnouncedLiteral(b"a LOGIN {3+}\r\n ", 0, False, False, True),
        Request(b"a LOGIN {3+}\r\n {0+}\r\n", [Literal(3, False, b"joe"), Literal(0, False, b"")]),
        AnnouncedLiteral(b"b APPEND x ", 2, False, True, True),
        Request(b"b APPEND x ~{2+}\r\n", [Literal(2, True, b"\0\0")]),
        Request(b"c NOOP", []),
    ]


def test_a_refused_synchronizing_literal_leaves_the_connection_usable() -> None:
    framer = ImapFramer()
    framer.feed(b"a APPEND x {999999}\r\n")
    assert isinstance(framer.next(), AnnouncedLiteral)
    framer.refuse()
    framer.feed(b"b NOOP\r\n")
    assert drain(framer) == [Request(b"b NOOP", [])]


ATTACK = b"\r\nx DELETE INBOX\r\n"


def test_a_refused_literal_is_never_executed() -> None:
    """P-09: the octets and the rest of the command are swallowed, further literals too."""
    data = b"a APPEND x CATENATE (TEXT {18+}\r\n" + ATTACK + b" TEXT {18+}\r\n" + ATTACK + b")\r\n"
    events = whole(data + b"b NOOP\r\n", refuse=18)
    assert events[1:] == [DroppedCommand(b"a APPEND x CATENATE (TEXT "), Request(b"b NOOP", [])]


def test_a_waiting_client_gets_the_end_of_a_dropped_command_at_once() -> None:
    events = whole(b"a X {5+}\r\nabcde {9}\r\n", refuse=5)
    assert events == [AnnouncedLiteral(b"a X ", 5, False, False, True), DroppedCommand(b"a X ")]


@pytest.mark.parametrize(
    "line",
    [
        b'a X "{18+}\r\n',  # inside quotes: still octets, for the client sends them
        b"a X" + b"y" * 5000 + b" {18+}\r\n",  # on a line too long to keep
        b"a X {" + b"0" * 30 + b"18+}\r\n",  # leading zeros
        b"a X {18+}\r\n" + b"\0" * 18 + b" {18+}\r\n",
    ],
)
def test_literal_octets_are_not_commands(line: bytes) -> None:
    for refuse in (1, 1 << 62):
        events = whole(line + ATTACK + b"\r\nb NOOP\r\n", refuse, line_limit=2000)
        assert [r.text[:6] for r in requests(events) if not r.text.startswith(b"a X")] == [
            b"b NOOP"
        ]


def test_a_number_too_long_to_be_true_is_never_the_end_of_a_line() -> None:
    for digits in (21, 60, 64, 500):
        events = whole(b"a X {" + b"9" * digits + b"+}\r\n" + ATTACK * 9, refuse=1)
        assert len(events) == 1 and isinstance(events[0], AnnouncedLiteral), digits


def test_what_only_looks_like_a_literal() -> None:
    for text in (b"a X {5}x", b"a X {}", b"a X {5", b"a X 5}", b"a X {5-}", b"a X {+5}", b"{ 5}"):
        assert whole(text + b"\r\n") == [Request(text, [])]
    assert whole(b"a X {5}\n") == [Request(b"a X {5}\n", [])]


def test_overlong_lines_are_reported_once_with_their_tag() -> None:
    long = b"tag9 SEARCH " + b"x" * 5000 + b"\r\n"
    assert whole(long + b"b NOOP\r\n", line_limit=100) == [
        CommandTooLong(b"tag9"),
        Request(b"b NOOP", []),
    ]
    assert whole(b"y" * 5000 + b"\r\n", line_limit=100) == [CommandTooLong(None)]
    late = b"t" * 120 + b" NOOP\r\n"  # the tag alone passes the limit
    assert whole(late, line_limit=100) == drip(late, 1, line_limit=100) == [CommandTooLong(None)]


@pytest.mark.parametrize("size", [97, 98, 99, 100, 101])
def test_the_limit_does_not_depend_on_how_octets_arrive(size: int) -> None:
    line = b"a ".ljust(size, b"x") + b"\r\n"
    events = whole(line, line_limit=100)
    assert events == drip(line, 1, line_limit=100)
    assert isinstance(events[0], Request) == (size + 2 <= 100)


def test_the_limit_counts_all_lines_of_a_command() -> None:
    assert CommandTooLong(b"a") in whole(b"a X" + b" {1+}\r\nz" * 30 + b"\r\n", line_limit=100)


def test_too_many_literals_are_an_overflow() -> None:
    events = whole(b"a X" + b" {1+}\r\nz" * (MAX_LITERALS + 5) + b"\r\nb NOOP\r\n")
    assert events[MAX_LITERALS:] == [CommandTooLong(b"a"), Request(b"b NOOP", [])]


def test_the_swallowed_is_not_kept() -> None:
    framer = ImapFramer(line_limit=1000)
    for _ in range(100):
        framer.feed(b"x" * 1000)
        assert framer.next() is None
    assert len(framer.pending()) <= 64


def test_sixty_four_kilobytes_and_ten_thousand_items_are_fine() -> None:
    line = b"a UID FETCH " + b",".join(b"%d" % n for n in range(1000000, 1010000)) + b" FLAGS"
    assert len(line) > 65_536
    assert whole(line + b"\r\n") == [Request(line, [])]


def test_memory_for_literals_is_counted_over_the_command() -> None:
    framer = ImapFramer(memory_limit=10)
    framer.feed(b"a X {6+}\r\nabcdef {5+}\r\n")
    first = framer.next()
    assert isinstance(first, AnnouncedLiteral) and first.fits
    framer.accept()
    second = framer.next()
    assert isinstance(second, AnnouncedLiteral) and not second.fits
    framer.refuse()
    framer.feed(b"12345\r\nb X {10+}\r\n")
    assert framer.next() == DroppedCommand(b"a X {6+}\r\n ")
    third = framer.next()
    assert isinstance(third, AnnouncedLiteral) and third.fits
    framer.accept()
    with pytest.raises(ValueError):
        framer.accept()


def test_a_literal_over_the_memory_limit_needs_a_sink() -> None:
    framer = ImapFramer(memory_limit=1)
    framer.feed(b"a X {2+}\r\n")
    framer.next()
    with pytest.raises(ValueError):
        framer.accept()


def test_large_octets_are_handed_on_as_they_arrive() -> None:
    framer, spool = ImapFramer(), Spool()
    framer.feed(b"a APPEND x {300000}\r\n")
    framer.next()
    framer.accept(spool)
    blocks = [bytes([n]) * 100_000 for n in range(3)]
    for block in blocks:
        framer.feed(block)
    framer.feed(b"\r\n")
    request = framer.next()
    assert isinstance(request, Request) and request.literals[0].data is spool
    assert all(piece is block for piece, block in zip(spool.pieces, blocks, strict=True))


def test_line_mode_knows_no_literals() -> None:
    framer = ImapFramer(line_limit=100)
    framer.feed(b"a AUTHENTICATE PLAIN\r\n{5+}\r\nDONE\n" + b"x" * 200 + b"\r\nb NOOP\r\n")
    assert framer.next() == Request(b"a AUTHENTICATE PLAIN", [])
    framer.lines = True
    assert [framer.next(), framer.next(), framer.next()] == [
        ContinuationLine(b"{5+}"),
        ContinuationLine(b"DONE\n"),
        CommandTooLong(None),
    ]
    framer.lines = False
    assert framer.next() == Request(b"b NOOP", [])


def test_pending_is_what_was_not_read() -> None:
    framer = ImapFramer()
    framer.feed(b"a STARTTLS\r\nb LOGIN joe x\r\n")
    assert framer.next() == Request(b"a STARTTLS", [])
    assert framer.pending() == b"b LOGIN joe x\r\n"
    assert framer.next() is None
    framer.feed(b"c NOOP\r\n")
    assert framer.next() == Request(b"c NOOP", [])


def test_tags() -> None:
    assert tag_of(b"a1 NOOP") == b"a1"
    assert tag_of(b"a+1 NOOP") is None
    assert tag_of(b" NOOP") is None


def test_a_slow_sender_costs_no_more_than_its_octets() -> None:
    framer = ImapFramer(line_limit=10**7)
    began = time.process_time()
    for _ in range(100_000):
        framer.feed(b"x" * 20)
        assert framer.next() is None
    assert time.process_time() - began < 3  # quadratic would be minutes


def drip(data: bytes, step: int, refuse: int = 1 << 62, **limits: int) -> list[Event]:
    framer = ImapFramer(**limits)
    events: list[Event] = []
    for start in range(0, len(data), step):
        framer.feed(data[start : start + step])
        events += drain(framer, refuse)
    return events


def plain(events: list[Event]) -> list[object]:
    """Events with sinks replaced by what is in them."""
    return [
        (event.text, [(x.size, x.binary, _octets(x)) for x in event.literals])
        if isinstance(event, Request)
        else event
        for event in events
    ]


def _octets(literal: Literal) -> bytes:
    data = literal.data
    return data if isinstance(data, bytes) else data.read(0, data.size)


LINES = [b"a NOOP", b" ", b"\r\n", b"\n", b"\r", b"xyz", b'"', b"}", b"q" * 70]
MARKERS = [b"{3+}\r\n", b"{2}\r\n", b"~{4+}\r\n", b"{0+}\r\n", b"{9999999+}"]
MARKERS.append(b"{%b1+}\r\n" % (b"0" * 28))
STREAMS = st.lists(st.sampled_from(LINES + MARKERS), max_size=30).map(b"".join)


@given(STREAMS | st.binary(max_size=80), st.integers(1, 7), st.sampled_from([1, 3, 1 << 62]))
def test_whole_equals_byte_by_byte(data: bytes, step: int, refuse: int) -> None:
    limits = {"line_limit": 90, "memory_limit": 4}
    assert plain(whole(data, refuse, **limits)) == plain(drip(data, step, refuse, **limits))


@given(st.lists(st.binary(max_size=30), max_size=5), st.booleans())
def test_any_octets_travel_in_literals(values: list[bytes], sync: bool) -> None:
    plus = b"" if sync else b"+"
    data = b"a X" + b"".join(b" {%d%b}\r\n%b" % (len(v), plus, v) for v in values) + b"\r\n"
    (request,) = requests(whole(data))
    assert [literal.data for literal in request.literals] == values
