"""Ranges against plain sets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.store.ranges import Range, common, merge_ranges, ranges_of, without

NUMBERS = st.sets(st.integers(1, 60))
RANGES = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 12)).map(lambda one: (one[0], one[0] + one[1]))
)


def numbers(ranges: list[Range]) -> list[int]:
    return [number for first, last in ranges for number in range(first, last + 1)]


@given(NUMBERS)
def test_ranges_hold_the_same_numbers(chosen: set[int]) -> None:
    found = ranges_of(sorted(chosen))
    assert numbers(found) == sorted(chosen)
    assert all(left[1] + 1 < right[0] for left, right in pairwise(found))


@given(RANGES)
def test_merging_is_the_union(ranges: list[Range]) -> None:
    assert merge_ranges(ranges) == ranges_of(sorted(set(numbers(ranges))))


@given(NUMBERS, NUMBERS)
def test_common_is_the_intersection(left: set[int], right: set[int]) -> None:
    both = common(ranges_of(sorted(left)), ranges_of(sorted(right)))
    assert numbers(both) == sorted(left & right)


@given(NUMBERS, NUMBERS)
def test_without_is_the_difference(left: set[int], right: set[int]) -> None:
    rest = without(ranges_of(sorted(left)), sorted(right))
    assert numbers(rest) == sorted(left - right)
