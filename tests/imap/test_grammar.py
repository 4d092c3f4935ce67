"""Arguments of the message commands: any text is understood, or is Bad or No, and nothing else."""

from __future__ import annotations

from array import array
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.imap.ext.fetch import outside
from lemonade_server.imap.fetch.plan import fetch_request
from lemonade_server.imap.search.program import program
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from tests.fuzz.commands import READERS, VIEW

WORDS = st.sampled_from(
    [
        *(b"FLAGS", b"UID", b"BODY", b"BODY.PEEK", b"[", b"]", b"HEADER.FIELDS", b"1.2.MIME"),
        *(
            b"<1.2>",
            b"<",
            b"ALL",
            b"FAST",
            b"CHANGEDSINCE",
            b"VANISHED",
            b"RFC822.SIZE",
            b"(",
            b")",
        ),
        *(b" ", b" ", b" ", b"NOT", b"OR", b"SUBJECT", b'"text"', b"1:*", b"$", b"2,4", b"SINCE"),
        *(b"1-Jan-2020", b"CHARSET", b"UTF-8", b"X", b"MODSEQ", b"12", b"HEADER", b'""', b"LARGER"),
        *(b"+FLAGS", b"-FLAGS.SILENT", b"(\\Seen", b"\\Recent", b"UNCHANGEDSINCE", b"CATENATE"),
        *(b"TEXT", b"URL", b"{1}\r\n", b"RETURN", b"MIN", b"COUNT", b"SAVE", b"KEYWORD", b"\x00"),
        *(b"REVERSE", b"DATE", b"PARTIAL", b"1:2", b"-1:-2"),
        *(b"RECENT", b"NEW", b"OLD", b"UNSEEN", b"SENTON", b"%", b"\\Deleted", b'"1-Jan"', b"{9}"),
    ]
)
TEXTS = st.lists(WORDS, max_size=25).map(b"".join) | st.binary(max_size=60)


@pytest.mark.parametrize("reader", READERS)
@given(text=TEXTS)
def test_any_text_is_understood_or_refused(reader: Callable[[Cursor], object], text: bytes) -> None:
    try:
        reader(Cursor(text))
    except (Bad, No):
        return


@pytest.mark.parametrize("depth", [45, 60, 10_000])
def test_nesting_is_bounded(depth: int) -> None:
    for text in (b"(" * depth + b"ALL" + b")" * depth, b"NOT " * depth + b"ALL"):
        if depth < 50:
            program(VIEW, Cursor(text))
        else:
            with pytest.raises(Bad):
                program(VIEW, Cursor(text))


def test_a_list_is_compiled_once_and_uid_forms_are_apart() -> None:
    one = fetch_request(Cursor(b"(FLAGS ENVELOPE)"), by_uid=False)
    assert fetch_request(Cursor(b"(FLAGS ENVELOPE)"), by_uid=False) is one
    other = fetch_request(Cursor(b"(FLAGS ENVELOPE)"), by_uid=True)
    assert len(other.plan.parts) == len(one.plan.parts) + 1
    assert one.plan.fields == ("m.bits", "m.keywords", "c.envelope")


def test_an_item_is_answered_once_and_with_the_columns_it_needs() -> None:
    plan = fetch_request(Cursor(b"(FLAGS flags BODY[] BODY[] BODY.PEEK[1])"), by_uid=False).plan
    assert (len(plan.parts), len(plan.bodies)) == (1, 2)
    assert plan.seen and set(plan.fields) >= {"m.content_id", "m.size", "c.parts", "m.modseq"}
    quiet = fetch_request(Cursor(b"BODY.PEEK[HEADER]"), by_uid=False).plan
    assert not quiet.seen and quiet.fields == ("m.content_id", "c.header")


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=5),
    st.sets(st.integers(1, 70)),
)
def test_ranges_without_uids(spans: list[tuple[int, int]], uids: set[int]) -> None:
    ranges, top = [], 0
    for start, length in sorted(spans):
        if start > top:
            ranges.append((start, start + length))
            top = start + length
    left = [n for a, b in outside(ranges, array("I", sorted(uids))) for n in range(a, b + 1)]
    assert left == [n for a, b in ranges for n in range(a, b + 1) if n not in uids]
