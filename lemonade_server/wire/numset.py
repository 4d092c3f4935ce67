"""Sequence sets and UID sets: `1,5:9,12:*` and the saved result `$`.

RFC 3501 §9 (`sequence-set`), RFC 5182 §2.1 (`$`). A set is a list of ranges, never of numbers, so
`1:4294967295` costs as much as `1`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from lemonade_server.wire.errors import Bad

MAX_NUMBER = 0xFFFFFFFF
# Stands for "*". Greater than any number, so a sort puts it last.
STAR = MAX_NUMBER + 1

Ranges = list[tuple[int, int]]

_ITEM = rb"(?:[1-9][0-9]{0,9}|\*)"
_SET = re.compile(rb"%b(?::%b)?(?:,%b(?::%b)?)*" % ((_ITEM,) * 4))
_TEN_DIGITS = re.compile(rb"[0-9]{10}")


@dataclass(slots=True)
class NumSet:
    """A set as the client wrote it, not yet told what `*` is."""

    ranges: Ranges = field(default_factory=list)
    saved: bool = False

    @property
    def has_star(self) -> bool:
        """Whether `*` stands anywhere in it, which some commands forbid (RFC 7162 §3.2.5)."""
        return any(high == STAR for _, high in self.ranges)

    def resolve(self, largest: int) -> Ranges:
        """Ascending ranges that neither touch nor overlap, `*` being `largest`.

        `9:*` with `largest` 4 is 4:9 (RFC 3501 §6.4.8). Numbers above `largest` are kept, for only
        the caller knows whether they are an error. With `largest` 0, an empty mailbox, `*` is none.
        """
        ranges = self.ranges
        if self.has_star:
            ranges = [
                _in_order(largest if low == STAR else low, largest) if high == STAR else (low, high)
                for low, high in ranges
                if largest or high != STAR
            ]
        return merge(ranges)

    def contains(self, number: int, largest: int) -> bool:
        """Whether `number` is in the set. For many numbers resolve once and use `covers`."""
        return covers(self.resolve(largest), number)


def parse(wire: bytes) -> NumSet:
    """Read a set, in any order and with `9:5` turned round. Raises Bad."""
    if wire == b"$":
        return NumSet(saved=True)
    if not _SET.fullmatch(wire):
        raise Bad("bad message set")
    if any(int(number) > MAX_NUMBER for number in _TEN_DIGITS.findall(wire)):
        raise Bad("number too large in message set")
    ranges: Ranges = []
    for item in wire.split(b","):
        first, colon, last = item.partition(b":")
        low = STAR if first == b"*" else int(first)
        if colon:
            high = STAR if last == b"*" else int(last)
            ranges.append(_in_order(low, high))
        else:
            ranges.append((low, low))
    return NumSet(ranges)


def _in_order(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one <= other else (other, one)


def merge(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same numbers in ascending ranges that neither touch nor overlap."""
    merged: Ranges = []
    top = -1
    start = -1
    for low, high in sorted(ranges):
        if low > top + 1 or start < 0:
            if start >= 0:
                merged.append((start, top))
            start, top = low, high
        elif high > top:
            top = high
    if start >= 0:
        merged.append((start, top))
    return merged


def covers(ranges: Ranges, number: int) -> bool:
    """Whether a merged list of ranges holds `number`: a binary search."""
    at = bisect_right(ranges, (number, STAR)) - 1
    return at >= 0 and ranges[at][1] >= number


def to_ranges(numbers: Iterable[int]) -> Ranges:
    """Ascending numbers as ranges."""
    known = list(numbers)
    if not known:
        return []
    first, last = known[0], known[-1]
    if last - first + 1 == len(known) and known == list(range(first, last + 1)):
        return [(first, last)]
    gaps = [at for at, (one, next_) in enumerate(pairwise(known), 1) if next_ != one + 1]
    return [
        (known[start], known[stop - 1])
        for start, stop in zip([0, *gaps], [*gaps, len(known)], strict=True)
    ]


def from_ranges(ranges: Iterable[tuple[int, int]]) -> bytes:
    """Ranges as the wire wants them: `1:3,5`. Empty for no ranges, which no grammar allows."""
    return b",".join(
        [b"%d" % low if low == high else b"%d:%d" % (low, high) for low, high in ranges]
    )


def number_list(numbers: Iterable[int]) -> bytes:
    """Numbers in any order with a blank before each, as SEARCH and SORT answer them."""
    return str([0, *numbers])[2:-1].replace(",", "").encode("ascii")


def from_sorted(numbers: Iterable[int]) -> bytes:
    """Ascending numbers as the wire wants them: `1:3,5`."""
    return from_ranges(to_ranges(numbers))
