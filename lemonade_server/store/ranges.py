"""Sets of UIDs as sorted ranges, both ends included."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]


def ranges_of(numbers: Iterable[int]) -> list[Range]:
    """Ascending numbers as ranges of neighbours."""
    found: list[Range] = []
    first = last = -1
    for number in numbers:
        if number == last + 1 and first >= 0:
            last = number
            continue
        if first >= 0:
            found.append((first, last))
        first = last = number
    if first >= 0:
        found.append((first, last))
    return found


def merge_ranges(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in any order, sorted and joined where they touch."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            if last > found[-1][1]:
                found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def common(left: Sequence[Range], right: Sequence[Range]) -> list[Range]:
    """What two sorted lists of ranges have in common."""
    found: list[Range] = []
    at = below = 0
    while at < len(left) and below < len(right):
        low = max(left[at][0], right[below][0])
        high = min(left[at][1], right[below][1])
        if low <= high:
            found.append((low, high))
        if left[at][1] < right[below][1]:
            at += 1
        else:
            below += 1
    return found


def without(ranges: Sequence[Range], numbers: Sequence[int]) -> list[Range]:
    """What is left of sorted ranges when ascending numbers are taken out."""
    found: list[Range] = []
    for first, last in ranges:
        low = bisect_left(numbers, first)
        high = bisect_right(numbers, last)
        at = first
        for number in numbers[low:high]:
            if number > at:
                found.append((at, number - 1))
            at = number + 1
        if at <= last:
            found.append((at, last))
    return found
