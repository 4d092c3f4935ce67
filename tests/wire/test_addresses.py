from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.addresses import (
    Address,
    addresses,
    ambiguity,
    mailboxes,
    specification,
)

END = (None, None, None, None)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        # RFC 5322 Appendix A.1.2, A.1.3, A.5
        (
            b'"Joe Q. Public" <john.q.public@example.com>, Who? <one@y.test>',
            [
                (b"Joe Q. Public", None, b"john.q.public", b"example.com"),
                (b"Who?", None, b"one", b"y.test"),
            ],
        ),
        (
            b"A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
            [
                (None, None, b"A Group", None),
                (b"Ed Jones", None, b"c", b"a.test"),
                (None, None, b"joe", b"where.test"),
                (b"John", None, b"jdoe", b"one.test"),
                END,
            ],
        ),
        (b"Undisclosed recipients:;", [(None, None, b"Undisclosed recipients", None), END]),
        (
            b"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
            [(b"Pete", None, b"pete", b"silly.test")],
        ),
        (b"pete@silly.test (Pete (the) Man)", [(b"Pete (the) Man", None, b"pete", b"silly.test")]),
        (b"<@a.test,@b.test:joe@c.test>", [(None, b"@a.test,@b.test", b"joe", b"c.test")]),
        (b'"a b"@x.test', [(None, None, b"a b", b"x.test")]),
        (b'"q\\"x" <a . b @ [127.0.0.1]>', [(b'q"x', None, b"a.b", b"[127.0.0.1]")]),
        (b"=?utf-8?q?caf=C3=A9?= <x@y>", [(b"=?utf-8?q?caf=C3=A9?=", None, b"x", b"y")]),
        (b"caf\xc3\xa9 <x@y>", [(b"caf\xc3\xa9", None, b"x", b"y")]),
        # broken ones
        (b"nobody", [(None, None, b"nobody", b"")]),
        (b"two words", [(None, None, b"two words", b"")]),
        (b"a@b@c", [(None, None, b"a@b", b"c")]),
        (b"Foo <>", [(b"Foo", None, b"", b"")]),
        (b"<a@b", [(None, None, b"a", b"b")]),
        (b"a@b; c@d", [(None, None, b"a", b"b"), (None, None, b"c", b"d")]),
        (b"G: a@b", [(None, None, b"G", None), (None, None, b"a", b"b"), END]),
        (b'"no end <a@b>', [(None, None, b"no end <a@b>", b"")]),
        (b"", []),
        (b"<>", []),
        (b" , (c),;", []),
    ],
)
def test_addresses(value: bytes, found: list[Address]) -> None:
    assert list(addresses(value)) == found


@pytest.mark.parametrize(
    ("value", "ambiguous"),
    [
        (b"<a@b> c@d", True),
        (b"x@y, A <a@b> and c@d, e@f", True),
        (b"a@b <a@b>", False),
        (b"<a@b>, c@d", False),
        (b"<a@b> (c@d)", False),
        (b'<a@b> "c@d" "@" e', False),
        (b"G: <a@b>; c@d", False),
        # an address where the name should be, unless it is the same
        (b"c@d <a@b>", True),
        (b"Ann c@d (x) <a@b>", True),
        (b"A@B <a@b>", False),
        (b'"c@d" <a@b>', False),
        (b"=?utf-8?q?c=40d?= <a@b>", False),
        # marks that separate addresses, within one
        (b"<a@b, c@d>", True),
        (b"<a@b; c@d>", True),
        (b"<a@b <c@d>>", True),
        (b"<@x,@y:a@b>", True),
        # what does not end
        (b'a@b "c@d', True),
        (b'a@b "c@d\\"', True),
        (b'a@b "', True),
        (b"a@b (c@d", True),
        (b"a@b ((c@d)", True),
        (b"<a@b", True),
        (b"a@b (c) , x@y", False),
        (b'"" <a@b>', False),
        (b'"a \\" b" <a@b>', False),
    ],
)
def test_what_another_reader_may_read_otherwise(value: bytes, ambiguous: bool) -> None:
    assert bool(ambiguity(value)) is ambiguous


def test_only_mailboxes_are_people() -> None:
    found = mailboxes([b"ceo@x.test:;, A <a@b>, <>, boss", b"G: c@d;"])
    assert [specification(one) for one in found] == ["a@b", "boss", "c@d"]


@given(st.text(alphabet='aB1 ",;:<>@()[]\\.=?\xe9', max_size=60))
def test_any_value_gives_well_formed_addresses(text: str) -> None:
    depth = 0
    for name, route, mailbox, host in addresses(text.encode()):
        if host is None:
            assert name is None and route is None
            depth += 1 if mailbox is not None else -1
            assert depth in (0, 1)
        else:
            assert mailbox is not None
    assert depth == 0
