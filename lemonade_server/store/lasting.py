"""What is kept in memory of a mailbox's messages that never changes, such as how they are sorted.

Only arrivals and expunges have to be followed, and the change feed tells both. So what was read
once of a mailbox costs afterwards what has happened in it. Each process keeps its own, bounded in
octets; those that were used last stay.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar

from .ids import Modseq
from .mailbox_rows import MailboxRow
from .sql import mailboxes as sql_mailboxes
from .sql import messages as sql
from .tx import Tx

MOST_RANGES = 1_000
"""Tombstones that are followed; after more of them it is read anew."""


class Lasting(Protocol):
    """Something that is true of the messages up to UID ``upto``, as of ``modseq``.

    ``gone`` are UIDs that it still holds though they are expunged. It is never changed in place.
    """

    @property
    def modseq(self) -> Modseq: ...

    @property
    def upto(self) -> int: ...

    @property
    def gone(self) -> frozenset[int]: ...

    @property
    def octets(self) -> int: ...


K = TypeVar("K", bound=Lasting)


class LastingOfMailboxes(Generic[K]):
    """What is kept, by mailbox and what it is. For several threads at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: dict[Hashable, K] = {}  # what was used last is the last one

    def find(self, key: Hashable) -> K | None:
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Hashable, new: K) -> None:
        """Keep this and what was used last, within the bound."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = new
            octets = sum(each.octets for each in self._kept.values())
            for each in list(self._kept):
                if octets <= self._most:
                    break
                octets -= self._kept.pop(each).octets

    def current(
        self,
        tx: Tx,
        mailbox: MailboxRow,
        what: Hashable,
        read: Callable[[], K],
        follow: Callable[[K, list[int], frozenset[int]], K | None],
    ) -> K:
        """What is kept under ``what``, brought up to the mailbox as ``tx`` sees it.

        ``follow`` makes a new one of it, given the UIDs that came and all that are gone; None where
        it is cheaper to ``read`` it anew.
        """
        key = (mailbox.id, mailbox.uidvalidity, what)
        known = self.find(key)
        if known is not None and known.modseq < mailbox.modseq:
            vanished = _expunged_uids(tx, mailbox, known.modseq)
            if vanished is None:
                known = None
            else:
                new = tx.integers(sql.UIDS_ABOVE, (mailbox.id, known.upto, mailbox.id))
                gone = frozenset(uid for uid in vanished if uid <= known.upto)
                known = follow(known, new, known.gone | gone)
        kept = read() if known is None else known
        self.keep(key, kept)
        return kept


def _expunged_uids(tx: Tx, mailbox: MailboxRow, since: Modseq) -> list[int] | None:
    """The UIDs that were expunged after a mod-sequence; None when that is not known, or many."""
    if since < mailbox.tombstone_floor:
        return None
    ranges = tx.rows(sql_mailboxes.VANISHED_SINCE, (mailbox.id, since))
    few = mailbox.messages // 16 + 64
    if len(ranges) > MOST_RANGES or sum(last - first + 1 for first, last in ranges) > few:
        return None
    return [uid for first, last in ranges for uid in range(first, last + 1)]
