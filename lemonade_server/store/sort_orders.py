"""How the messages of mailboxes are sorted, kept in memory: four octets a message and order.

What a message is sorted by never changes, mod-sequences and annotations apart. A page of a sorted
mailbox costs what the page costs, once the order is known.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import cast

from lemonade_server.wire.partial import PartialRange

from .ids import Modseq, Uid
from .lasting import LastingOfMailboxes
from .mailbox_rows import MailboxRow
from .sort_order import Key
from .tx import Tx

Sort = Callable[[], Sequence[int]]
Insertions = Callable[[Sequence[int], Sequence[int]], Sequence[tuple[int, int]]]
"""Where new messages belong among sorted ones, as ``sorting.insertions`` has it."""


@dataclass(frozen=True, slots=True)
class SortedUids:
    """All messages up to UID ``upto`` in an order, with some that are ``gone``."""

    uids: array[int]
    modseq: Modseq
    upto: int
    gone: frozenset[int]

    @property
    def octets(self) -> int:
        """The memory that it takes."""
        return self.uids.itemsize * len(self.uids)

    def first(self, upto: int, part: PartialRange | None = None) -> list[Uid]:
        """Those up to a UID that are there, or a part of them."""
        if part is None and upto >= self.upto and not self.gone:
            return cast(list[Uid], self.uids.tolist())
        if part is None:
            return list(self._living(self.uids, upto))
        uids: Iterable[int] = reversed(self.uids) if part.backwards else self.uids
        found = list(islice(self._living(uids, upto), part.low - 1, part.high))
        return found[::-1] if part.backwards else found

    def among(self, uids: Iterable[int]) -> list[Uid]:
        """Some of them, in this order."""
        chosen = set(uids)
        return cast(list[Uid], [uid for uid in self.uids if uid in chosen])

    def _living(self, uids: Iterable[int], upto: int) -> Iterable[Uid]:
        gone = self.gone
        return cast(Iterable[Uid], (uid for uid in uids if uid <= upto and uid not in gone))


class SortOrders:
    """The orders that were asked for last, of all mailboxes that this process serves."""

    KEPT_OCTETS = 16 << 20

    def __init__(self) -> None:
        self._kept = LastingOfMailboxes[SortedUids](self.KEPT_OCTETS)

    def has(self, mailbox: MailboxRow, keys: Sequence[Key]) -> bool:
        """Whether this order is known, or was lately."""
        return self._kept.find((mailbox.id, mailbox.uidvalidity, name_of(keys))) is not None

    def find(
        self, tx: Tx, mailbox: MailboxRow, keys: Sequence[Key], sort: Sort, insertions: Insertions
    ) -> SortedUids:
        """All messages of a mailbox in an order. ``sort`` reads it, ``insertions`` follows it."""
        upto = mailbox.uidnext - 1

        def read() -> SortedUids:
            return SortedUids(array("I", sort()), mailbox.modseq, upto, frozenset())

        def follow(known: SortedUids, new: list[int], gone: frozenset[int]) -> SortedUids | None:
            count = len(known.uids)
            if len(new) > count // 200 + 20:
                return None
            uids = known.uids
            if gone and (new or len(gone) > count // 16):
                uids = array("I", [uid for uid in uids if uid not in gone])
                gone = frozenset()
            if new:
                uids = with_insertions(uids, insertions(uids, new))
            return replace(known, uids=uids, modseq=mailbox.modseq, upto=upto, gone=gone)

        return self._kept.current(tx, mailbox, name_of(keys), read, follow)


def name_of(keys: Sequence[Key]) -> tuple[tuple[str, bool], ...]:
    """What tells an order from others: what is kept of it stands under this."""
    return tuple((key.name, key.reverse) for key in keys)


def with_insertions(numbers: array[int], places: Iterable[tuple[int, int]]) -> array[int]:
    """A copy with others at their places, which are those of the copy."""
    copy = array(numbers.typecode)
    start = 0
    for count, (place, number) in enumerate(places):
        copy += numbers[start : place - count]
        copy.append(number)
        start = place - count
    copy += numbers[start:]
    return copy
