"""ADDTO and REMOVEFROM: how a result that a client holds becomes another one (RFC 5267 §4.3).

A result by SEARCH is in mailbox order: position 0 leaves it to the client where a message stands.
One by SORT needs positions, counted from 1, and the client takes one after another.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from . import numset

Number = Callable[[int], int]
Run = tuple[int, list[int]]


@dataclass(slots=True)
class Update:
    """Messages that are ``gone`` from a result, and ``new`` ones: (place, UID), ascending.

    Places are those in the result as it is afterwards, counted from 0; 0 for all where the result
    is in mailbox order.
    """

    gone: set[int] = field(default_factory=set)
    new: Sequence[tuple[int, int]] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.new)


def apply_update(results: array[int], update: Update, *, placed: bool) -> array[int]:
    """The result afterwards; ``placed`` says that its order is not that of the mailbox."""
    kept = results
    if update.gone:
        kept = array("I", [uid for uid in results if uid not in update.gone])
    if not update.new:
        return kept
    if not placed:
        return array("I", sorted([*kept, *(uid for _, uid in update.new)]))
    after = array("I")
    start = 0
    for place, uid in update.new:
        stop = start + place - len(after)
        after += kept[start:stop]
        after.append(uid)
        start = stop
    return after + kept[start:]


def difference(before: Sequence[int], after: Sequence[int]) -> Update:
    """What makes a result another one, ascending or not, with as few steps as there can be.

    Of messages in both of them a longest run that keeps its order stays where it is; the others
    are taken out and put in again.
    """
    place = {uid: at for at, uid in enumerate(after)}
    kept = [place[uid] for uid in before if uid in place]
    stay = {after[at] for at in _ascending(kept)}
    return Update(
        {uid for uid in before if uid not in stay},
        [(at, uid) for at, uid in enumerate(after) if uid not in stay],
    )


def _ascending(places: Sequence[int]) -> Sequence[int]:
    """The longest ascending subsequence, by patience: n log n steps."""
    if all(one < other for one, other in pairwise(places)):
        return places
    tops: list[int] = []  # the smallest end of a run of each length
    ends: list[int] = []  # where that stands in ``places``
    before: list[int] = []  # what comes before each place in its run, -1 at its start
    for at, place in enumerate(places):
        length = bisect_left(tops, place)
        before.append(ends[length - 1] if length else -1)
        if length == len(tops):
            tops.append(place)
            ends.append(at)
        else:
            tops[length], ends[length] = place, at
    found: list[int] = []
    at = ends[-1]
    while at >= 0:
        found.append(places[at])
        at = before[at]
    return found[::-1]


def removefrom(results: Sequence[int], gone: set[int], number: Number, *, placed: bool) -> bytes:
    """REMOVEFROM with its pairs; ``number`` tells what a message is called on the wire."""
    if not placed:
        return b"REMOVEFROM (0 %b)" % numset.from_sorted(map(number, sorted(gone)))
    runs: list[Run] = []
    before = -2
    count = 0
    for place, uid in enumerate(results):
        if uid in gone:
            if place == before + 1:
                runs[-1][1].append(uid)
            else:
                runs.append((place - count + 1, [uid]))
            before = place
            count += 1
    return b"REMOVEFROM (%b)" % _pairs(runs, number)


def addto(new: Iterable[tuple[int, int]], number: Number, *, placed: bool) -> bytes:
    """ADDTO with its pairs. One inserted after another, each stands where it will stay."""
    if not placed:
        return b"ADDTO (0 %b)" % numset.from_sorted(number(uid) for _, uid in new)
    runs: list[Run] = []
    before = -2
    for place, uid in new:
        if place == before + 1:
            runs[-1][1].append(uid)
        else:
            runs.append((place + 1, [uid]))
        before = place
    return b"ADDTO (%b)" % _pairs(runs, number)


def _pairs(runs: Iterable[Run], number: Number) -> bytes:
    """Position and set, in turns; a set is in the order of the result (RFC 5267 §3.2)."""
    return b" ".join(
        b"%d %b" % (position, numset.from_sorted(map(number, uids))) for position, uids in runs
    )
