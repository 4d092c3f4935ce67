"""The names of annotations, what STORE sets and what FETCH tells (RFC 5257 §3.2, §5)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import annotations as grammar
from lemonade_server.wire.annotations import EntryPattern, Setting, Values
from lemonade_server.wire.cursor import Cursor, Literal
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.syntax import astring, string

LEVELS = st.text("ab1.*%/ ", max_size=4)
NAMES = st.lists(st.text("ab1.", min_size=1, max_size=3), min_size=1, max_size=4).map(
    lambda levels: "/" + "/".join(levels)
)
VALUES = st.none() | st.binary(max_size=20)


def read(text: bytes) -> Cursor:
    return Cursor(text, [Literal(3, True, b"a\0b")])


@pytest.mark.parametrize(
    "name",
    [
        b"/comment", b"/altsubject", b"/vendor/acme", b"/vendor/acme/a/b.priv", b"/1/comment",
        b"/1.2.3/vendor/acme/x", b"/2/flags/seen", b"/2/flags/forwarded", b'"/vendor/a b"',
    ],
)  # fmt: skip
def test_entries_that_can_be_set(name: bytes) -> None:
    found = grammar.settings(read(b'(%b (value.priv "1" value.shared NIL))' % name))
    entry = name.strip(b'"').decode()
    assert found == [Setting(entry, False, b"1"), Setting(entry, True, None)]


@pytest.mark.parametrize(
    "name",
    [
        b"comment", b"/", b"//comment", b"/comment/", b"/Comment", b"/flags", b"/flags/seen",
        b"/1", b"/1/", b"/0/comment", b"/1.0/comment", b"/1./comment", b"/01/comment",
        b"/2/flags", b"/2/flags/mine", b"/2/altsubject", b"/vendor", b"/vendor/", b"/vendor/a*",
        b"/x", b'"/vendor/\x7f"', b'"/vendor/%"', b"/vendor/" + b"x" * 250,
    ],
)  # fmt: skip
def test_entries_that_can_not(name: bytes) -> None:
    with pytest.raises(Bad):
        grammar.settings(read(b'(%b (value.priv "1"))' % name))


@pytest.mark.parametrize(
    "text",
    [
        b"()", b"(/comment)", b"(/comment ())", b'(/comment (value "x"))',
        b'(/comment (VALUE.PRIV "x"))', b'(/comment (size.priv "1"))', b'(/comment (owner "x"))',
        b"(/comment (value.priv x))", b'(/comment (value.priv "x"',
        b'(/1/flags/seen (value.priv "2"))', b'(/comment (value.priv "x")/altsubject)',
    ],
)  # fmt: skip
def test_what_can_not_be_set(text: bytes) -> None:
    with pytest.raises(Bad):
        grammar.settings(read(text))


def test_a_value_may_be_any_octets() -> None:
    assert grammar.value(read(b"~{3}\r\n")) == b"a\0b"
    assert grammar.value(read(b'""')) == b""
    assert grammar.value(read(b"nil")) is None
    with pytest.raises(Bad):
        grammar.value(Cursor(b"{3}\r\n", [Literal(3, False, b"a\0b")]))


def test_a_value_that_was_not_kept_in_memory_is_too_big() -> None:
    class Spool:
        size = 1

        def read(self, start: int, stop: int) -> bytes:
            raise AssertionError

    with pytest.raises(No) as refused:
        grammar.value(Cursor(b"{1}\r\n", [Literal(1, False, Spool())]))
    assert refused.value.code == b"ANNOTATE TOOBIG"


def test_attributes_without_a_suffix_are_both() -> None:
    assert grammar.attributes(read(b"value")) == ["value.priv", "value.shared"]
    listed = grammar.attributes(read(b"(size.shared value size)"))
    assert listed == ["size.shared", "value.priv", "value.shared", "size.priv"]


@given(LEVELS.map(lambda text: "/" + text), NAMES)
def test_patterns_match_as_their_expressions_do(text: str, name: str) -> None:
    """``*`` is one character or more, ``%`` such but the delimiter (§4.3)."""
    words = {"*": ".+", "%": "[^/]+"}
    expression = "".join(words.get(char, re.escape(char)) for char in text)
    assert EntryPattern(text).matches(name) == bool(re.fullmatch(expression, name))


def test_no_pattern_takes_long() -> None:
    """A regular expression would try for ever."""
    assert not EntryPattern("/" + "*a" * 120 + "b").matches("/" + "a" * 254)


@given(NAMES, st.booleans())
def test_every_name_is_read_as_it_is_written(name: str, quoted: bool) -> None:
    raw = name.encode()
    wire = string(raw) if quoted else astring(raw)
    try:
        found = grammar.entry(read(wire))
    except Bad:
        assert re.match(r"/[0-9]", name), "only what looks like a part can be none"
        return
    assert found == name


@given(st.dictionaries(NAMES, st.tuples(VALUES, VALUES), max_size=4), NAMES)
def test_what_is_fetched_can_be_read(values: Values, named: str) -> None:
    wanted = [EntryPattern("/*"), EntryPattern(named)]
    received = grammar.fetch_response(values, wanted, ["value.priv", "value.shared", "size.priv"])
    found = dict(_parse_values(received))
    there = {name: held for name, held in values.items() if held != (None, None)}
    assert found == {named: values.get(named, (None, None))} | there
    assert list(found)[-1] == named or named in there


def test_of_a_pattern_only_what_has_something_is_told() -> None:
    values = {"/altsubject": (b"x", None), "/comment": (None, b"y")}
    assert grammar.fetch_response(
        values, [EntryPattern("/%")], ["value.shared", "size.shared"]
    ) == (b'ANNOTATION (/comment (value.shared "y" size.shared "1"))')
    assert grammar.fetch_response(values, [EntryPattern("/1/*")], ["value.priv"]) == b""


def _parse_values(item: bytes) -> list[tuple[str, tuple[bytes | None, bytes | None]]]:
    """Each entry with its values; the sizes must be right."""
    literals: list[Literal] = []
    text, at = b"", 0
    marker = re.compile(rb"(~?)\{([0-9]+)\}\r\n")
    while found := marker.search(item, at):
        text += item[at : found.end()]
        at = found.end() + int(found[2])
        literals.append(Literal(int(found[2]), bool(found[1]), item[found.end() : at]))
    cursor = Cursor(text + item[at:], literals)
    cursor.expect(b"ANNOTATION (")
    entries: list[tuple[str, tuple[bytes | None, bytes | None]]] = []
    while True:
        name = cursor.astring().decode()
        private = grammar.value(cursor.expect(b" (value.priv "))
        shared = grammar.value(cursor.expect(b" value.shared "))
        size = cursor.expect(b" size.priv ").string()
        assert int(size) == len(private or b"")
        cursor.expect(b")")
        entries.append((name, (private, shared)))
        if cursor.maybe(b")"):
            cursor.end()
            return entries
        cursor.sp()
