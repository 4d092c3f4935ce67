"""QRESYNC: the SELECT parameter and what answers it (RFC 7162 §3.2.5).

The VANISHED modifier of UID FETCH stands in ``fetch.py``, VANISHED in place of EXPUNGE in
``imap/sync.py``; all three read the same change feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from lemonade_server.imap import states
from lemonade_server.imap.annotation_lines import noted
from lemonade_server.imap.fetch.flag_lines import say_flags
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.changes import Changes
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

QRESYNC = capability(Capability(b"QRESYNC", rfc=7162, when=states.ANY, enable=True))
MAX_MATCHES = 20_000  # pairs of sequence-match data that are looked at
Ranges = list[tuple[int, int]]


@dataclass(slots=True)
class Resync:
    """What the client still knows. ``known`` None stands for ``1:<UIDNEXT - 1>``."""

    uidvalidity: int
    modseq: int
    known: Ranges | None
    numbers: Ranges
    uids: Ranges


def resync_parameter(session: Session, args: Cursor) -> Resync:
    """``(uidvalidity modseq [known-uids] [(numbers uids)])``. Raises Bad, also when not enabled."""
    if not session.qresync:
        raise Bad("ENABLE QRESYNC first")
    args.sp().expect(b"(")
    uidvalidity = args.nz_number()
    modseq = args.sp().mod_sequence()
    known: Ranges | None = None
    numbers: Ranges = []
    uids: Ranges = []
    if args.peek(1) == b" " and args.peek(2) != b" (":
        known = plain_set(args.sp())
    if args.maybe(b" ("):
        if session.uid_only:
            raise Bad("sequence-match data holds message numbers", b"UIDREQUIRED")
        numbers = plain_set(args, ascending=True)
        uids = plain_set(args.sp(), ascending=True)
        args.expect(b")")
        if _count(numbers) != _count(uids):
            raise Bad("each message number needs its UID")
    args.expect(b")")
    return Resync(uidvalidity, modseq, known, numbers, uids)


def plain_set(args: Cursor, ascending: bool = False) -> Ranges:
    """A set in which neither ``*`` nor ``$`` may stand (RFC 7162 §7), in order where it matters."""
    found = args.numset()
    if found.saved or found.has_star:
        raise Bad("* can not stand in a set of known UIDs")
    if ascending and any(a[1] >= b[0] for a, b in pairwise(found.ranges)):
        raise Bad("sequence-match data must ascend")
    return found.resolve(0)


def _count(ranges: Ranges) -> int:
    return sum(high - low + 1 for low, high in ranges)


async def answer(session: Session, view: View, resync: Resync, changes: Changes) -> None:
    """VANISHED (EARLIER), then FETCH for what changed since; all within the known UIDs."""
    known = resync.known if resync.known is not None else [(1, view.uidnext - 1)]
    vanished = _above(intersect(changes.vanished, known), _matched(view, resync))
    if vanished:
        session.untagged(b"VANISHED (EARLIER) " + numset.from_ranges(vanished))
    rows = [row for row in changes.changed if numset.covers(known, row[0])]
    await say_flags(session, view, rows, await noted(session, view, rows, resync.modseq))


def _matched(view: View, resync: Resync) -> int:
    """The highest UID up to which the client provably knows of every expunge; 0 without proof.

    A pair that matches shows that as many messages lie below it here as there (§3.2.5.2).
    """
    count = len(view.uids)
    pairs = list(islice(zip(_each(resync.numbers), _each(resync.uids), strict=False), MAX_MATCHES))
    for number, uid in reversed(pairs):
        if number <= count and view.uids[number - 1] == uid:
            return uid
    return 0


def _each(ranges: Ranges) -> Iterator[int]:
    return chain.from_iterable(range(low, high + 1) for low, high in ranges)


def _above(ranges: Iterable[tuple[int, int]], floor: int) -> Ranges:
    return [(max(low, floor + 1), high) for low, high in ranges if high > floor]


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
