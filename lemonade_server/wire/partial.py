"""A part of a result by position: ``1:500``, or ``-1:-100`` from its end (RFC 9394 §4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from .cursor import Cursor

T = TypeVar("T")

_RANGE = re.compile(rb"(-?)([1-9][0-9]{0,9}):(-?)([1-9][0-9]{0,9})")
_LARGEST = 2**32 - 1


@dataclass(frozen=True, slots=True)
class PartialRange:
    """Positions ``low`` to ``high``, counted from 1; ``backwards`` from the last result on.

    However its ends were ordered: 500:400 is the same as 400:500 (RFC 9394 §4).
    """

    low: int
    high: int
    backwards: bool

    def render(self) -> bytes:
        """As the answer names it: the end nearest to where it is counted from comes first."""
        return (b"-%d:-%d" if self.backwards else b"%d:%d") % (self.low, self.high)

    def cut(self, results: Sequence[T]) -> Sequence[T]:
        """The results in the range, in their order; those that do not exist are left out."""
        if not self.backwards:
            return results[self.low - 1 : self.high]
        count = len(results)
        return results[max(0, count - self.high) : max(0, count - self.low + 1)]


def partial_range(cursor: Cursor) -> PartialRange:
    """partial-range: both ends from the same side, in any order. Raises Bad."""
    found = _RANGE.match(cursor.text, cursor.pos)
    if found is None or found[1] != found[3]:
        cursor.fail("a range as 1:500 or -1:-100")
    ends = int(found[2]), int(found[4])
    if max(ends) > _LARGEST:
        cursor.fail("a range of 32-bit numbers")
    cursor.pos = found.end()
    return PartialRange(min(ends), max(ends), bool(found[1]))
