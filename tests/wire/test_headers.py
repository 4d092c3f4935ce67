from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import headers

BLOCK = (
    b"Received: by a\r\n\tfor b\r\n"
    b"Subject: one\r\n"
    b"no colon here\r\n"
    b"SUBJECT : two\r\n"
    b"X-Empty:\r\n"
    b"\r\n"
    b"Subject: in the body\r\n"
)


def test_fields_with_their_places() -> None:
    found = headers.fields(BLOCK)
    assert [name for name, _, _, _ in found] == [b"Received", b"Subject", b"SUBJECT", b"X-Empty"]
    assert found[0][1] == b" by a\r\n\tfor b\r\n"
    assert [BLOCK[start:stop] for _, _, start, stop in found[1:3]] == [
        b"Subject: one\r\n",
        b"SUBJECT : two\r\n",
    ]


def test_value_is_unfolded_and_the_first_counts() -> None:
    assert headers.value(BLOCK, b"received") == b"by a\tfor b"
    assert headers.value(BLOCK, b"Subject") == b"one"
    assert headers.value(BLOCK, b"x-empty") == b""
    assert headers.value(BLOCK, b"To") is None


def test_selected_fields_keep_order_repeats_and_case() -> None:
    assert headers.select(BLOCK, [b"x-empty", b"subject"]) == (
        b"Subject: one\r\nSUBJECT : two\r\nX-Empty:\r\n\r\n"
    )
    assert headers.select(BLOCK, [b"To"]) == b"\r\n"
    assert headers.select(BLOCK, [b"Subject"], exclude=True) == (
        b"Received: by a\r\n\tfor b\r\nX-Empty:\r\n\r\n"
    )


def test_a_header_without_end_is_closed_by_the_selection() -> None:
    assert headers.select(b"A: b", [b"a"]) == b"A: b\r\n\r\n"
    assert headers.fields(b"") == []


_LINES = st.sampled_from(
    [b"A: b\r\n", b"B:c\n", b" folded\r\n", b"\r\n", b"junk\r\n", b":\r\n", b"a"]
)


@given(st.lists(_LINES | st.binary(max_size=8), max_size=20).map(b"".join))
def test_fields_lie_in_order_within_any_block(block: bytes) -> None:
    at = 0
    for name, raw, start, stop in headers.fields(block):
        assert at <= start < stop <= len(block)
        assert block[start:stop].startswith(name) and block[start:stop].endswith(raw)
        at = stop
    both = headers.select(block, [b"a"]), headers.select(block, [b"a"], exclude=True)
    assert all(part.endswith(b"\r\n") for part in both)


REFERENCES = b"".join(b"<ref%03d.%b@away.example> " % (at, b"y" * 20) for at in range(40))


def test_a_line_that_is_too_long_is_folded_at_blanks() -> None:
    block = b"References: " + REFERENCES + b"\r\nSubject: tea\r\n\r\n"
    folded = headers.fold_block(block)
    assert max(map(len, folded.split(b"\r\n"))) <= headers.USUAL_LINE
    assert headers.table(folded) == headers.table(block)
    assert headers.fold_block(folded) is folded


@pytest.mark.parametrize(
    ("name", "member", "joint"),
    [
        (b"References", b"<%03d.yyyyyyyyyyyyyyyyyyyy@away.example>", b""),
        (b"In-Reply-To", b"<%03d.yyyyyyyyyyyyyyyyyyyy@away.example>", b""),
        (b"To", b"<%03d.yyyyyyyyyyyyyyyyyyyy@away.example>", b","),
        (b"Resent-Cc", b"y%03d.yyyyyyyyyyyyyyyyyyyy@away.example", b","),
    ],
)
def test_a_list_without_blanks_is_folded_between_its_members(
    name: bytes, member: bytes, joint: bytes
) -> None:
    members = [member % at for at in range(40)]
    folded = headers.fold_block(name + b": " + joint.join(members) + b"\r\nSubject: tea\r\n\r\n")
    lines = folded.split(b"\r\n")
    assert max(map(len, lines)) <= headers.USUAL_LINE and all(one[:1] != b"," for one in lines)
    (value,) = headers.table(folded)[name.lower()]
    assert value.replace(b" ", b"") == joint.join(members)
    assert all(one.startswith(member[:1]) for one in value.split())


def test_a_long_word_of_other_fields_stays_as_it_is() -> None:
    block = b"Subject: " + b"<a>,b" * 300 + b'\r\nTo: "' + b"a," * 600 + b'"@b.example\r\n\r\n'
    assert headers.table(headers.fold_block(block)) == headers.table(block)


def test_what_is_not_too_long_stays_as_it_is() -> None:
    block = b"Subject: " + b"a " * 494 + b"b\r\n\r\n"
    assert len(block.split(b"\r\n")[0]) == headers.LONGEST_LINE
    assert headers.fold_block(block) is block


_LONG_LINES = st.lists(
    st.sampled_from([b"a" * 40, b"b" * 300, b" ", b"\t ", b"c" * 1200, b"X: ", b"\r\n", b"\n "]),
    max_size=60,
).map(b"".join)


@given(_LONG_LINES)
def test_folding_keeps_every_value_and_makes_no_blank_line(block: bytes) -> None:
    folded = headers.fold_block(block)
    assert [one[:2] for one in headers.unfolded_fields(folded)] == headers.unfolded_fields(block)
    assert folded.replace(b"\r\n", b"") == block.replace(b"\r\n", b"")
    longest = max((len(word) for word in block.split()), default=0)
    before = {line.strip() for line in block.split(b"\n")}
    for line in folded.split(b"\n"):
        assert line.strip() or b"" in before
        assert len(line.rstrip()) <= max(headers.LONGEST_LINE, longest + 80)
