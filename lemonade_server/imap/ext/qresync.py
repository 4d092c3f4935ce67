"""QRESYNC: the SELECT parameter, what answers it, and VANISHED (RFC 7162 §3.2.5).

VANISHED stands in place of EXPUNGE, and UID FETCH has a modifier of that name; all three read the
same change feed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice

from lemonade_server.imap import hooks, states
from lemonade_server.imap.changes.known_uids import Ranges, intersect, plain_set
from lemonade_server.imap.dialect import Dialect
from lemonade_server.imap.ext.condstore import CONDSTORE
from lemonade_server.imap.fetch.flag_lines import say_flags
from lemonade_server.imap.fetch.plan import FetchRequest, fetch_modifier
from lemonade_server.imap.modes import Mode, mode
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.selection import Position, SelectParameter, select_parameter
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.changes import Changes
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

NEEDS = ("condstore", "enable")

QRESYNC = capability(Capability(b"QRESYNC", rfc=7162, when=states.ANY, enable=True))
MAX_MATCHES = 20_000  # pairs of sequence-match data that are looked at


def with_vanished(dialect: Dialect) -> Dialect:
    """VANISHED in place of EXPUNGE (§3.2.10)."""
    return replace(dialect, vanished=True)


mode(Mode(QRESYNC.name, with_vanished, brings=(CONDSTORE.name,)))


@fetch_modifier(b"VANISHED")
def vanished_modifier(_: Cursor, request: FetchRequest) -> None:
    """VANISHED: UIDs that are gone are said first (§3.2.6)."""
    request.vanished = True
    request.check = _check_vanished


def _check_vanished(enabled: Collection[bytes], request: FetchRequest, by_uid: bool) -> None:
    if not (by_uid and request.changed_since is not None and QRESYNC.name in enabled):
        raise Bad("VANISHED needs UID FETCH, CHANGEDSINCE and ENABLE QRESYNC")


@dataclass(slots=True)
class Resync(Position):
    """What the client still knows, with pairs of message numbers and UIDs."""

    numbers: Ranges
    uids: Ranges


@select_parameter(b"QRESYNC")
def resync_parameter(session: Session, args: Cursor) -> SelectParameter:
    """``(uidvalidity modseq [known-uids] [(numbers uids)])``. Raises Bad, also when not enabled."""
    if QRESYNC.name not in session.enabled:
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
        if not session.dialect.numbers:
            raise Bad("sequence-match data holds message numbers", b"UIDREQUIRED")
        numbers = plain_set(args, ascending=True)
        uids = plain_set(args.sp(), ascending=True)
        args.expect(b")")
        if _count(numbers) != _count(uids):
            raise Bad("each message number needs its UID")
    args.expect(b")")
    resync = Resync(uidvalidity, modseq, known, numbers, uids)
    return SelectParameter(since=resync, answer=partial(answer, resync=resync))


def _count(ranges: Ranges) -> int:
    return sum(high - low + 1 for low, high in ranges)


async def answer(session: Session, view: View, changes: Changes, *, resync: Resync) -> None:
    """VANISHED (EARLIER), then FETCH for what changed since; all within the known UIDs."""
    known = resync.known if resync.known is not None else [(1, view.uidnext - 1)]
    vanished = _above(intersect(changes.vanished, known), _proven_uid(view, resync))
    if vanished:
        session.untagged(b"VANISHED (EARLIER) " + numset.from_ranges(vanished))
    rows = [row for row in changes.changed if numset.covers(known, row[0])]
    await say_flags(session, view, rows, await hooks.items_of(session, view, rows, resync.modseq))


def _proven_uid(view: View, resync: Resync) -> int:
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
