import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import numset
from lemonade_server.wire.errors import Bad


@pytest.mark.parametrize(
    ("wire", "largest", "ranges"),
    [
        (b"1", 9, [(1, 1)]),
        (b"*", 9, [(9, 9)]),
        (b"1:*", 9, [(1, 9)]),
        (b"*:1", 9, [(1, 9)]),
        (b"999:*", 9, [(9, 999)]),  # the last message is always in it (B-12)
        (b"5:2,4,1", 9, [(1, 5)]),
        (b"1,3:4,9:*", 20, [(1, 1), (3, 4), (9, 20)]),
        (b"*:*,2", 4, [(2, 2), (4, 4)]),
        (b"1:*", 0, []),
        (b"3,*", 0, [(3, 3)]),
        (b"4294967295", 1, [(4294967295, 4294967295)]),
    ],
)
def test_resolve(wire: bytes, largest: int, ranges: numset.Ranges) -> None:
    assert numset.parse(wire).resolve(largest) == ranges


@pytest.mark.parametrize(
    "wire",
    [b"", b"0", b"01", b"1,", b",1", b"1:", b":1", b"1:2:3", b"1 2", b"-1", b"4294967296", b"$,1"],
)
def test_broken_sets(wire: bytes) -> None:
    with pytest.raises(Bad):
        numset.parse(wire)


def test_star_and_saved_are_told() -> None:
    assert numset.parse(b"1,4:*").has_star
    assert not numset.parse(b"1,4:5").has_star
    assert numset.parse(b"$").saved
    assert not numset.parse(b"1").saved


def test_contains() -> None:
    some = numset.parse(b"2,7:*")
    assert [n for n in range(12) if some.contains(n, 9)] == [2, 7, 8, 9]


@given(st.sets(st.integers(1, numset.MAX_NUMBER), min_size=1, max_size=60))
def test_what_is_written_is_read_again(numbers: set[int]) -> None:
    ranges = numset.parse(numset.from_sorted(sorted(numbers))).resolve(1)
    assert [n for low, high in ranges for n in range(low, high + 1)] == sorted(numbers)
    assert numset.to_ranges(sorted(numbers)) == ranges
    assert numset.from_ranges(ranges) == numset.from_sorted(sorted(numbers))


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1), st.integers(1, 60))
def test_merging_keeps_exactly_the_numbers(pairs: list[tuple[int, int]], number: int) -> None:
    wire = b",".join(b"%d:%d" % pair for pair in pairs)
    expected = {n for one, other in pairs for n in range(min(one, other), max(one, other) + 1)}
    merged = numset.parse(wire).resolve(60)
    assert {n for low, high in merged for n in range(low, high + 1)} == expected
    assert all(a[1] + 1 < b[0] for a, b in pairwise(merged))
    assert numset.covers(merged, number) == (number in expected)


@given(st.binary(max_size=30) | st.text("0123456789:*,$", max_size=30).map(str.encode))
def test_any_octets_give_a_set_or_bad(wire: bytes) -> None:
    try:
        found = numset.parse(wire)
    except Bad:
        return
    assert found.saved or found.resolve(7)


def test_a_hundred_thousand_items() -> None:
    wire = b",".join(b"%d" % n for n in range(1_000_000, 1_200_000, 2))
    began = time.process_time()
    assert len(numset.parse(wire).resolve(1)) == 100_000
    assert time.process_time() - began < 3
