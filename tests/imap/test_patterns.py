"""LIST patterns against a plain reading of RFC 3501 §6.3.8."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.imap.mailboxes.patterns import Pattern, read_pattern
from lemonade_server.wire import utf7

names = st.text("ab/", max_size=8)
patterns = st.text("ab/*%", max_size=6)


def plainly(pattern: str, name: str) -> bool:
    words = {"*": ".*", "%": "[^/]*"}
    regex = "".join(words.get(char) or re.escape(char) for char in pattern)
    return re.fullmatch(regex, name) is not None


@given(patterns, names)
def test_it_matches_as_the_text_says(pattern: str, name: str) -> None:
    assert Pattern(pattern).matches(name) == plainly(pattern, name)


@pytest.mark.parametrize("pattern", ["inbox", "InBoX", "INB%", "*"])
def test_inbox_is_inbox_in_any_case(pattern: str) -> None:
    assert Pattern(pattern).matches("INBOX")


def test_other_names_keep_their_case() -> None:
    assert not Pattern("sent").matches("Sent")
    assert Pattern("inbox/%").matches("INBOX/Child")


def test_no_pattern_takes_long() -> None:
    pattern = Pattern("*a" * 400 + "%b" * 50)
    started = time.process_time()
    assert not pattern.matches("a" * 900 + "/" + "b" * 99)
    assert time.process_time() - started < 0.5


MIXED = st.text("a&/ü会-", max_size=6)
WIRE = st.text("a&-/AOPw%*,", max_size=8).map(str.encode)


@given(WIRE, MIXED)
def test_what_is_no_encoding_is_compared_on_the_wire(wire: bytes, name: str) -> None:
    try:
        text = utf7.decode(wire)
    except ValueError:
        text, name = wire.decode(), utf7.encode(name).decode()
        assert read_pattern(wire, False).matches(utf7.decode(name.encode())) == plainly(text, name)
    else:
        assert read_pattern(wire, False).matches(name) == plainly(text, name)


@given(st.binary(max_size=8), MIXED, st.booleans())
def test_any_octets_are_a_pattern(wire: bytes, name: str, utf8: bool) -> None:
    assert read_pattern(wire, utf8).matches(name) in (True, False)
