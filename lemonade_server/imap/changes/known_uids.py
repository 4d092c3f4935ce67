"""Sets of UIDs that a client says it knows (RFC 7162 §3.2.5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

Ranges = list[tuple[int, int]]


def plain_set(args: Cursor, ascending: bool = False) -> Ranges:
    """A set in which neither ``*`` nor ``$`` may stand (RFC 7162 §7), in order where it matters."""
    found = args.numset()
    if found.saved or found.has_star:
        raise Bad("* can not stand in a set of known UIDs")
    if ascending and any(a[1] >= b[0] for a, b in pairwise(found.ranges)):
        raise Bad("sequence-match data must ascend")
    return found.resolve(0)


def intersect(ones: Iterable[tuple[int, int]], others: Ranges) -> Ranges:
    """What lies in both lists of ranges; both are merged first."""
    merged = numset.merge(ones)
    others = numset.merge(others)
    found: Ranges = []
    at = 0
    for low, high in merged:
        while at < len(others) and others[at][1] < low:
            at += 1
        index = at
        while index < len(others) and others[index][0] <= high:
            found.append((max(low, others[index][0]), min(high, others[index][1])))
            index += 1
    return found
