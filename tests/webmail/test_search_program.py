"""A tree as the search program of IMAP: what is sent, and what finds nothing anywhere."""

from __future__ import annotations

from datetime import date

import pytest

from webmail.mail import EVERYTHING
from webmail.mail.access.saved_searches import filter_value
from webmail.mail.access.search_program import (
    NOTHING,
    Program,
    in_folder,
    program,
    without_folders,
)
from webmail.search.parser import parse

TODAY = date(2026, 3, 1)
ATTACHMENT = b"OR HEADER Content-Type multipart/mixed HEADER Content-Disposition attachment"


def written(one: Program) -> bytes:
    """The program as it stands on the wire but for its literals' heads."""
    return b" ".join(one.key)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", b"ALL"),
        ("roof", b'TEXT "roof"'),
        ("from:anna subject:roof", b'FROM "anna" SUBJECT "roof"'),
        ("a b OR c", b'TEXT "a" OR TEXT "b" TEXT "c"'),
        ("a OR b OR c", b'OR TEXT "a" OR TEXT "b" TEXT "c"'),
        ("(a b) OR -(c d)", b'OR ( TEXT "a" TEXT "b" ) NOT ( TEXT "c" TEXT "d" )'),
        ("is:unread -is:flagged", b"UNSEEN NOT FLAGGED"),
        ("label:$Important larger:10M", b"KEYWORD $Important LARGER 10000000"),
        ("before:2026-02-01 after:2026-01-31", b"BEFORE 1-Feb-2026 SINCE 31-Jan-2026"),
        ("older_than:1w newer_than:1d", b"BEFORE 22-Feb-2026 SINCE 28-Feb-2026"),
        ("list:python-dev", b'HEADER List-Id "python-dev"'),
        ("filename:plan.pdf", b'( TEXT "plan.pdf" %b )' % ATTACHMENT),
        ("has:attachment", ATTACHMENT),
        ('subject:"a\\"b"', b'SUBJECT a"b'),  # as a literal
    ],
)
def test_keys(query: str, keys: bytes) -> None:
    one = program(parse(query), (), today=TODAY)
    assert (written(one), one.charset) == (keys, b"US-ASCII")
    assert one.sort[0] == b"US-ASCII" and one.search == one.arguments


def test_what_a_server_can_do_is_used() -> None:
    one = program(parse("older_than:1d newer_than:1w"), ("WITHIN",), today=TODAY)
    assert written(one) == b"OLDER 86400 YOUNGER 604800"


def test_attachments_are_found_exactly_where_the_server_can() -> None:
    one = program(
        parse("has:attachment -filename:plan.pdf"), ("X-LEMONADE-ATTACHMENTS",), today=TODAY
    )
    assert written(one) == b'ATTACHED NOT FILENAME "plan.pdf"'


def test_letters_beyond_ascii_go_as_literals_with_their_charset() -> None:
    one = program(parse("請求書 roof"), (), today=TODAY)
    assert one.search[0] == b"CHARSET UTF-8" and one.sort[0] == b"UTF-8"
    assert written(one) == 'TEXT 請求書 TEXT "roof"'.encode()


def test_no_command_can_be_smuggled_in() -> None:
    one = program(parse('"x\\" LOGOUT" from:"a\\\\" label:a'), (), today=TODAY)
    lines = [each for each in one.arguments if isinstance(each, bytes)]
    assert lines == [b"TEXT", b"FROM", b"KEYWORD a"]


def test_fuzzy_is_of_the_whole_program() -> None:
    one = program(parse("roof is:read"), (), today=TODAY, fuzzy=True)
    assert written(one) == b'FUZZY ( TEXT "roof" SEEN )'


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("in:Work roof", "roof"),
        ("in:Home roof", None),
        ("-in:Home roof", "roof"),
        ("-in:Work roof", None),
        ("in:Work OR roof", ""),
        ("in:Home OR roof", "roof"),
        ("(in:Work a) OR (in:Home b)", "a"),
        ("-(in:Work a)", "-a"),
        ("-(in:Home a)", ""),
    ],
)
def test_a_folder_is_known_before_it_is_asked(query: str, left: str | None) -> None:
    tree = in_folder(parse(query), lambda name: name == "Work")
    assert tree == (NOTHING if left is None else parse(left))
    assert program(tree, (), today=TODAY).nothing == (left is None)
    assert in_folder(EVERYTHING, lambda _: False) == EVERYTHING


def test_a_hundred_alternatives_are_not_nested_a_hundred_deep() -> None:
    one = program(parse(" OR ".join(f"w{n}" for n in range(50))), (), today=TODAY)
    deepest = depth = 0
    pending = [2]
    for each in one.key:  # each OR takes two
        if each == b"OR":
            pending.append(2)
            depth = len(pending)
            deepest = max(deepest, depth)
        elif each != b"TEXT":
            pending[-1] -= 1
            while len(pending) > 1 and pending[-1] == 0:
                pending.pop()
                pending[-1] -= 1
    assert deepest <= 8


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("roof in:Sent", 'TEXT "roof"'),
        ("roof -in:Sent", 'TEXT "roof"'),
        ('"a\\"b" (x OR (y z)) grüße', 'TEXT "a\\"b" OR TEXT "x" (TEXT "y" TEXT "z") TEXT "grüße"'),
        ('-(a "( b )")', 'NOT (TEXT "a" TEXT "( b )")'),
        ("in:Sent", "ALL"),
    ],
)
def test_a_saved_search_is_one_line_and_names_no_folder(query: str, value: str) -> None:
    one = program(without_folders(parse(query)), (), today=TODAY)
    assert filter_value(one).decode() == value
