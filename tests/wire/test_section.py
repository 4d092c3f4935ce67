"""Sections of messages, as FETCH and IMAP URLs write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.section import Section, parse_section, partial, section


@pytest.mark.parametrize(
    ("text", "place", "names", "exclude"),
    [
        ("", "", [], False),
        ("2", "2", [], False),
        ("1.2.3", "1.2.3", [], False),
        ("header", "HEADER", [], False),
        ("TEXT", "TEXT", [], False),
        ("2.mime", "2.MIME", [], False),
        ("1.2.Header", "1.2.HEADER", [], False),
        ("HEADER.FIELDS (From To)", "HEADER", [b"From", b"To"], False),
        ("3.HEADER.FIELDS.NOT (Bcc)", "3.HEADER", [b"Bcc"], True),
        ('HEADER.FIELDS ("X-a b")', "HEADER", [b"X-a b"], False),
    ],
)
def test_reads(text: str, place: str, names: list[bytes], exclude: bool) -> None:
    assert parse_section(text) == Section(place, names, exclude)


@pytest.mark.parametrize(
    "text",
    [
        *("0", "1.", ".1", "1..2", "1.0", "MIME", "HEADER.", "HEADER.FIELDS", "1 ", "2.BODY"),
        *("HEADER.FIELDS ()", "HEADER.FIELDS (a", "HEADER.FIELDS (a  b)", "1HEADER", "TEXT.1"),
        "HEADERS",
        "HEADER.FIELDS (" + " ".join(["a"] * 1001) + ")",
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(Bad):
        parse_section(text)


def test_renders_the_names_as_sent() -> None:
    assert parse_section("header.fields (DATE from)").render() == b"HEADER.FIELDS (DATE from)"
    assert parse_section('1.HEADER.FIELDS.NOT ("a b")').render() == b'1.HEADER.FIELDS.NOT ("a b")'


def test_stops_before_the_bracket() -> None:
    cursor = Cursor(b"1.MIME]<5.10>")
    assert section(cursor).place == "1.MIME"
    assert cursor.maybe(b"]")
    assert partial(cursor) == (5, 10)
    cursor.end()


def test_no_partial_is_none_and_an_empty_one_is_an_error() -> None:
    assert partial(Cursor(b" x")) is None
    assert partial(Cursor(b"<40>")) == (40, None)
    with pytest.raises(Bad):
        partial(Cursor(b"<0.0>"))


@given(st.text(alphabet="0123456789.HEADRFILSNOTM() abx", max_size=30))
def test_any_text_is_a_section_or_bad(text: str) -> None:
    try:
        found = parse_section(text)
    except Bad:
        return
    assert parse_section(found.render().decode()) == found
