"""The first message of each conversation of a mailbox, in an order: what a list of them shows.

A conversation is the messages of one thread. For orders in which nothing moves, the firsts of a
whole mailbox are kept: twelve octets a conversation. What has happened since is followed, so that a
page costs what the page costs, and a new message, or one that is gone, what it costs to look at its
own conversation.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .errors import Gone
from .ids import MailboxId, Modseq, Uid
from .lasting import LastingOfMailboxes
from .mailbox_rows import MailboxRow, get
from .search_tree import All, Node, without_needless
from .sort_order import Key
from .sort_orders import SortOrders, name_of, with_insertions
from .sorting import insertions, lasts, sort
from .sql import conversations as sql
from .tx import Tx

FEW = 4
"""The part of a mailbox, one of so many, whose threads are read message by message."""


@dataclass(frozen=True, slots=True)
class FirstMessages:
    """The first message of each conversation, and beside it the number of its thread."""

    uids: array[int]
    threads: array[int]
    modseq: Modseq
    upto: int

    @property
    def gone(self) -> frozenset[int]:
        """None: who is gone is taken out at once."""
        return frozenset()

    @property
    def octets(self) -> int:
        """The memory that it takes."""
        return (self.uids.itemsize + self.threads.itemsize) * len(self.uids)


class CollapsedMailboxes:
    """Those of the mailboxes and orders that were asked for last, of all that this process serves.

    ``orders`` are the kept orders of all messages, which are used where they are there.
    """

    KEPT_OCTETS = 16 << 20

    def __init__(self) -> None:
        self._kept = LastingOfMailboxes[FirstMessages](self.KEPT_OCTETS)

    def of(
        self, tx: Tx, mailbox: MailboxRow, keys: Sequence[Key], orders: SortOrders
    ) -> FirstMessages:
        """The first message of each conversation of a mailbox in the order of ``keys``."""
        upto = mailbox.uidnext - 1

        def read() -> FirstMessages:
            by_arrival = _read_by_arrival(tx, mailbox, keys, upto)
            if by_arrival is not None:
                return by_arrival
            known = orders if orders.has(mailbox, keys) else None
            uids = sort(tx, mailbox.id, All(), keys, upto, kept=known)
            firsts = _collapse(uids, _threads(tx, mailbox, uids, upto))
            return FirstMessages(
                array("I", firsts.values()), array("q", firsts), mailbox.modseq, upto
            )

        def follow(
            known: FirstMessages, new: list[int], gone: frozenset[int]
        ) -> FirstMessages | None:
            return _follow_changes(tx, mailbox, keys, known, new, gone, upto)

        return self._kept.current(tx, mailbox, _name(keys), read, follow)


def first_messages(
    tx: Tx,
    mailbox_id: MailboxId,
    node: Node,
    keys: Sequence[Key],
    upto: int,
    scores: dict[int, int] | None,
    kept: CollapsedMailboxes,
    orders: SortOrders,
) -> Sequence[Uid]:
    """Of what ``node`` finds up to a UID, sorted by ``keys`` (none: by UID), the first message of
    each conversation.

    ``scores`` as in ``search``. Raises Gone, LimitReached.
    """
    mailbox = get(tx, mailbox_id)
    if mailbox is None:
        raise Gone
    upto = min(upto, mailbox.uidnext - 1)
    if scores is None and (not keys or lasts(keys)) and without_needless(node) == All():
        found = kept.of(tx, mailbox, keys, orders)
        if found.upto > upto:  # somebody knows of more: without that
            later = frozenset(uid for uid in found.uids if uid > upto)
            earlier = _follow_changes(tx, mailbox, keys, found, [], later, upto)
            if earlier is not None:
                return _as_uids(earlier.uids)
        else:
            return _as_uids(found.uids)
    uids = sort(tx, mailbox_id, node, keys, upto, scores, None, orders)
    return list(_collapse(uids, _threads(tx, mailbox, uids, upto)).values())


def _read_by_arrival(
    tx: Tx, mailbox: MailboxRow, keys: Sequence[Key], upto: int
) -> FirstMessages | None:
    """Those of the order that lists mostly have, from an index alone; None for other orders, and
    where somebody gave a message a date beyond 1970 to 2106.
    """
    match keys:
        case [Key("ARRIVAL", reverse=reverse)]:
            statement, sign = (sql.NEWEST_FIRSTS, -1) if reverse else (sql.OLDEST_FIRSTS, 1)
        case _:
            return None
    threads, arrivals = tx.integer_columns(statement, (mailbox.id, upto), 2)
    if arrivals and abs(arrivals[0]) == sql.BEYOND:
        return None
    most = (1 << sql.UID_BITS) - 1
    uids = array("I", [sign * each & most for each in arrivals])
    return FirstMessages(uids, array("q", threads), mailbox.modseq, upto)


def _as_uids(uids: array[int]) -> Sequence[Uid]:
    return uids  # type: ignore[return-value]  # the same numbers, kept in four octets


def _name(keys: Sequence[Key]) -> tuple[object, ...]:
    return ("collapsed", *name_of(keys))


def _collapse(uids: Iterable[Uid], threads: Mapping[int, int]) -> dict[int, Uid]:
    """The first of each thread, by thread, in their order. What is gone meanwhile is left out."""
    firsts: dict[int, Uid] = {}
    for uid in uids:
        thread = threads.get(uid)
        if thread is not None:
            firsts.setdefault(thread, uid)
    return firsts


def _threads(tx: Tx, mailbox: MailboxRow, uids: Sequence[int], upto: int) -> Mapping[int, int]:
    """The threads of some messages, by UID."""
    if len(uids) * FEW < mailbox.messages:
        return {uid: thread for uid, thread, _ in tx.rows(sql.THREADS, (mailbox.id, list(uids)))}
    bounds = mailbox.id, upto
    numbers = tx.integers(sql.ALL_THREADS, bounds)
    return dict(zip(tx.integers(sql.ALL_UIDS, bounds), numbers, strict=True))


def _follow_changes(
    tx: Tx,
    mailbox: MailboxRow,
    keys: Sequence[Key],
    known: FirstMessages,
    new: Sequence[int],
    gone: Collection[int],
    upto: int,
) -> FirstMessages | None:
    """What is known, with ``new`` messages and without those that are ``gone``.

    Only conversations that these belong to are looked at. None where there are too many of them.
    """
    if len(new) + len(gone) > len(known.uids) // 200 + 20:
        return None
    headless: set[int] = set()
    if gone:
        pairs = zip(known.uids, known.threads, strict=True)
        headless = {thread for uid, thread in pairs if uid in gone}
    touched = _candidates(tx, mailbox, headless, new, upto)
    positions = _positions(known, touched) if touched else {}
    for thread, candidates in touched.items():
        if thread in positions and thread not in headless:
            candidates.add(known.uids[positions[thread]])
    firsts = _sorted_firsts(tx, mailbox, keys, touched, upto)
    changed = {
        thread: uid
        for thread, uid in firsts.items()
        if thread not in positions or known.uids[positions[thread]] != uid
    }
    dropped = {at for thread, at in positions.items() if thread in changed or thread not in firsts}
    uids, threads = _without(known, sorted(dropped))
    if changed:
        threads_by_uid = {uid: thread for thread, uid in changed.items()}
        found = insertions(tx, mailbox.id, keys, uids, list(threads_by_uid))
        if len(found) != len(threads_by_uid):
            return None  # one of them is gone while this looks
        uids, threads = (
            with_insertions(uids, found),
            with_insertions(threads, [(at, threads_by_uid[uid]) for at, uid in found]),
        )
    return FirstMessages(uids, threads, mailbox.modseq, upto)


def _candidates(
    tx: Tx, mailbox: MailboxRow, headless: Collection[int], new: Sequence[int], upto: int
) -> dict[int, set[int]]:
    """The messages among which the first ones are, by thread: all of a thread that has lost its
    first one, the new ones of the others.
    """
    touched: dict[int, set[int]] = {thread: set() for thread in headless}
    if headless:
        for uid, thread in tx.rows(sql.MEMBERS, (mailbox.id, list(headless), upto)):
            touched[thread].add(uid)
    if new:
        for uid, thread, _ in tx.rows(sql.THREADS, (mailbox.id, list(new))):
            touched.setdefault(thread, set()).add(uid)
    return touched


def _positions(known: FirstMessages, touched: Collection[int]) -> dict[int, int]:
    """Where the first messages of some threads stand."""
    return {thread: at for at, thread in enumerate(known.threads) if thread in touched}


def _sorted_firsts(
    tx: Tx, mailbox: MailboxRow, keys: Sequence[Key], touched: Mapping[int, set[int]], upto: int
) -> dict[int, Uid]:
    """The first of the candidates of each thread."""
    single = {thread: Uid(min(each)) for thread, each in touched.items() if len(each) == 1}
    threads = {uid: thread for thread, each in touched.items() if len(each) > 1 for uid in each}
    if threads:
        uids = sort(tx, mailbox.id, All(), keys, upto, within=sorted(threads))
        single.update(_collapse(uids, threads))
    return single


def _without(known: FirstMessages, dropped: Sequence[int]) -> tuple[array[int], array[int]]:
    """Copies without what is at some positions, ascending."""
    uids, threads = array("I"), array("q")
    start = 0
    for at in [*dropped, len(known.uids)]:
        uids += known.uids[start:at]
        threads += known.threads[start:at]
        start = at + 1
    return uids, threads
