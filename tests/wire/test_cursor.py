from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.cursor import MAX_NESTING, Cursor, Literal
from lemonade_server.wire.errors import Bad, No

THREE = [Literal(3, False, b"abc")]


class _Spool:
    size = 70_000

    def read(self, start: int, stop: int) -> bytes:
        return b"x" * (min(stop, self.size) - start)


def test_a_command_reads_like_its_grammar() -> None:
    c = Cursor(b'a1 UID FETCH 1:4,* (flags BODY "x y")')
    assert c.tag() == b"a1"
    assert c.sp().word(b"uid")
    assert c.sp().keyword() == b"FETCH"
    assert c.sp().numset().resolve(9) == [(1, 4), (9, 9)]
    c.sp().expect(b"(")
    assert [c.keyword(), c.sp().atom(), c.sp().astring()] == [b"FLAGS", b"BODY", b"x y"]
    c.expect(b")").end()


@pytest.mark.parametrize("text", [b"abc", b'"abc"', b"{3}\r\n", b"{3+}\r\n"])
def test_atom_quoted_and_literal_are_one(text: bytes) -> None:
    """Equal wherever astring stands (B-22)."""
    c = Cursor(text, THREE)
    assert c.astring() == b"abc"
    c.end()


def test_quoted_strings() -> None:
    assert Cursor(rb'"say \"hi\" \\o/"').string() == rb'say "hi" \o/'
    assert Cursor(b'""').string() == b""
    for broken in (
        b'"a',
        b'"a\rb"',
        b'"a\nb"',
        b'"a\0b"',
        b'"a\\',
        b"'a'",
        b'"a\\bc"',
        b'"caf\xc3\xa9"',
    ):
        with pytest.raises(Bad):
            Cursor(broken).string()


def test_eight_bit_is_quoted_only_with_utf8_accept() -> None:
    assert Cursor(b'"caf\xc3\xa9"', utf8=True).string() == b"caf\xc3\xa9"
    with pytest.raises(Bad):
        Cursor(b'"caf\xe9"', utf8=True).string()
    with pytest.raises(Bad):
        Cursor(b"\xc3\xa9", utf8=True).astring()


def test_words_of_people_may_be_eight_bit_between_quotes() -> None:
    assert Cursor(b'"caf\xc3\xa9"').astring(eight_bit=True) == b"caf\xc3\xa9"
    assert Cursor(b'"caf\xe9 \\""').string(eight_bit=True) == b'caf\xe9 "'
    with pytest.raises(Bad):
        Cursor(b"\xe9t\xe9").astring(eight_bit=True)
    with pytest.raises(Bad):  # who enabled UTF-8 promised it
        Cursor(b'"caf\xe9"', utf8=True).string(eight_bit=True)


def test_atoms_stop_where_they_must() -> None:
    c = Cursor(b"INBOX]x y")
    assert c.atom() == b"INBOX"
    assert Cursor(b"INBOX]x y").astring() == b"INBOX]x"
    assert not Cursor(b"URLX").word(b"URL")
    with pytest.raises(Bad):
        Cursor(b"+ x").tag()


def test_literals_are_taken_in_order() -> None:
    spooled = Literal(70_000, False, _Spool())
    c = Cursor(
        b"{1}\r\n ~{2}\r\n {70000}\r\n",
        [Literal(1, False, b"x"), Literal(2, True, b"\0\0"), spooled],
    )
    assert c.astring() == b"x"
    assert c.sp().literal() == Literal(2, True, b"\0\0")
    assert c.sp().literal() is spooled
    c.end()


@pytest.mark.parametrize(
    "literal",
    [Literal(1, True, b"x"), Literal(1, False, b"\0"), Literal(1, False, _Spool())],
)
def test_literals_that_are_no_string(literal: Literal) -> None:
    with pytest.raises(Bad):
        Cursor(b"{1}\r\n", [literal]).astring()


def test_an_announcement_without_octets_is_bad() -> None:
    with pytest.raises(Bad):
        Cursor(b"{3}\r\n").literal()
    with pytest.raises(Bad):
        Cursor(b"{3}", THREE).literal()


def test_numbers() -> None:
    assert Cursor(b"4294967295").number() == 4294967295
    assert Cursor(b"9223372036854775807").mod_sequence() == 2**63 - 1
    assert Cursor(b"0").number64() == 0
    for method, text in [
        (Cursor.number, b"4294967296"),
        (Cursor.number, b"-1"),
        (Cursor.nz_number, b"0"),
        (Cursor.mod_sequence, b"0"),
        (Cursor.mod_sequence, b"9223372036854775808"),
        (Cursor.number, b"9" * 5000),
    ]:
        with pytest.raises(Bad):
            method(Cursor(text))


def test_dates() -> None:
    assert Cursor(b"1-Feb-2026").date() == date(2026, 2, 1)
    assert Cursor(b'"01-Feb-2026"').date() == date(2026, 2, 1)
    assert Cursor(b'" 1-Jan-1970 01:00:00 +0100"').date_time() == (0, 60)
    for text in (b"31-Feb-2026", b'"1-Feb-2026', b"today"):
        with pytest.raises(Bad):
            Cursor(text).date()
    with pytest.raises(Bad):
        Cursor(b'"1-Feb-2026"').date_time()


def test_flags() -> None:
    assert Cursor(rb"(\Seen $Forwarded)").flag_list() == [rb"\Seen", b"$Forwarded"]
    assert Cursor(b"()").flag_list() == []
    for text in (rb"(\Seen", rb"(\*)", rb"(\ )", b"( )", b"(a  b)", b"(a b )"):
        with pytest.raises(Bad):
            Cursor(text).flag_list()


def test_mailbox_names() -> None:
    assert Cursor(b"inBox/x").mailbox() == "INBOX/x"
    assert Cursor(b'"Entw&APw-rfe"').mailbox() == "Entwürfe"
    assert Cursor('"Entwürfe &-"'.encode(), utf8=True).mailbox() == "Entwürfe &-"
    assert Cursor(b"*&APw-%").pattern() == b"*&APw-%"
    assert Cursor(b'""').pattern() == b""
    assert Cursor(b"R&D").possible_mailbox() is None
    assert Cursor(b"R&-D").possible_mailbox() == "R&D"
    with pytest.raises(No) as refused:
        Cursor(b"R&D").mailbox()
    with pytest.raises(No):
        Cursor(b"&AAA-").mailbox()  # NUL, which PostgreSQL can't even look for
    assert refused.value.code == b"CANNOT"


def test_exactly_one_space() -> None:
    with pytest.raises(Bad, match="expected an atom at octet 1"):
        Cursor(b"  x").sp().atom()


def test_errors_do_not_repeat_the_client() -> None:
    with pytest.raises(Bad) as bad:
        Cursor(b'joe "secret').string()
    assert "secret" not in bad.value.text


def test_peek_rest_and_lists() -> None:
    c = Cursor(b"(1 2 3) rest of it")
    assert c.peek() == b"(" and c.peek(3) == b"(1 "
    assert c.parse_list(Cursor.number) == [1, 2, 3]
    assert c.sp().rest() == b"rest of it"
    assert c.at_end()
    assert Cursor(b"a b").all(Cursor.atom) == [b"a", b"b"]
    assert Cursor(b"NIL").nstring() is None
    assert Cursor(b'"NIL"').nstring() == b"NIL"


def test_ten_thousand_parentheses_end_in_bad() -> None:
    def tree(c: Cursor) -> int:
        if not c.maybe(b"("):
            return len(c.atom())
        with c.nesting():
            depth = tree(c)
        c.expect(b")")
        return depth + 1

    assert tree(Cursor(b"(" * MAX_NESTING + b"x" + b")" * MAX_NESTING)) == MAX_NESTING + 1
    with pytest.raises(Bad):
        tree(Cursor(b"(" * 10_000 + b"x" + b")" * 10_000))
    c = Cursor(b"(x)" * 200)
    assert [tree(c) for _ in range(200)] == [2] * 200  # siblings do not count as depth


METHODS = [
    Cursor.tag,
    Cursor.atom,
    Cursor.keyword,
    Cursor.astring,
    Cursor.string,
    Cursor.nstring,
    Cursor.literal,
    Cursor.number,
    Cursor.mod_sequence,
    Cursor.numset,
    Cursor.date,
    Cursor.date_time,
    Cursor.flag_list,
    Cursor.mailbox,
    Cursor.possible_mailbox,
    Cursor.pattern,
]


@given(
    st.sampled_from(METHODS),
    st.binary(max_size=40)
    | st.text('(){}+~"\\ 0139:*,$&-aAnilNIL\r\n', max_size=30).map(str.encode),
    st.booleans(),
)
def test_any_octets_give_a_value_or_an_error(method: object, text: bytes, utf8: bool) -> None:
    c = Cursor(text, [Literal(2, False, b"ab"), Literal(1, True, b"\0")], utf8)
    try:
        method(c)  # type: ignore[operator]
    except (Bad, No):
        return
    assert 0 < c.pos <= len(text)
