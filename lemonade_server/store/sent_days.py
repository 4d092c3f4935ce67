"""The days on which the messages of mailboxes were sent, kept in memory: four octets a message.

The Date field of a message never changes, and stands in its content: to look at 20,000 of them
there takes ten times as long as to list those of a few days.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from .ids import MailboxId, Modseq, Uid
from .lasting import LastingOfMailboxes
from .mailbox_rows import MailboxRow
from .search_tree import And, Day, Node, without_needless
from .sql import messages as sql_messages
from .sql import search as sql
from .tx import Tx


@dataclass(frozen=True, slots=True)
class SentDays:
    """UIDs by day (``date.toordinal``; 0: no Date field), up to UID ``upto``; some are ``gone``."""

    days: Mapping[int, array[int]]
    modseq: Modseq
    upto: int
    gone: frozenset[int]

    @property
    def octets(self) -> int:
        """About the memory that it takes."""
        return sum(100 + 4 * len(uids) for uids in self.days.values())

    def find(self, keys: Iterable[Day], upto: int) -> list[Uid]:
        """UIDs of what all of the keys find."""
        days = [day for day in self.days if day and all(_is_in(day, key) for key in keys)]
        found = sorted([uid for day in days for uid in self.days[day]])
        if self.upto <= upto and not self.gone:
            return cast(list[Uid], found)
        gone = self.gone
        return cast(list[Uid], [uid for uid in found if uid <= upto and uid not in gone])


def _is_in(day: int, key: Day) -> bool:
    if key.how == "before":
        return day < key.day
    return day >= key.day if key.how == "since" else day == key.day


def keys_of(node: Node) -> list[Day] | None:
    """The keys of a program that asks for days of sending and nothing else."""
    simple = without_needless(node)
    nodes = simple.nodes if isinstance(simple, And) else [simple]
    keys = [each for each in nodes if isinstance(each, Day) and each.sent]
    return keys if keys and len(keys) == len(nodes) else None


class SentDaysOfMailboxes:
    """Those of the mailboxes that were asked for last, of all that this process serves."""

    KEPT_OCTETS = 8 << 20

    def __init__(self) -> None:
        self._kept = LastingOfMailboxes[SentDays](self.KEPT_OCTETS)

    def of(self, tx: Tx, mailbox: MailboxRow) -> SentDays:
        """The days of all messages of a mailbox."""
        upto = mailbox.uidnext - 1

        def read() -> SentDays:
            return SentDays(_read(tx, mailbox.id, 0, {}), mailbox.modseq, upto, frozenset())

        def follow(known: SentDays, new: list[int], gone: frozenset[int]) -> SentDays | None:
            if len(gone) > mailbox.messages // 16 + 64:
                return None
            days = _read(tx, mailbox.id, known.upto, known.days) if new else known.days
            return replace(known, days=days, modseq=mailbox.modseq, upto=upto, gone=gone)

        return self._kept.current(tx, mailbox, "sent", read, follow)


def _read(
    tx: Tx, mailbox: MailboxId, above: int, known: Mapping[int, array[int]]
) -> dict[int, array[int]]:
    """The days that are known, with those of messages above a UID."""
    uids = tx.integers(sql_messages.UIDS_ABOVE, (mailbox, above, mailbox))
    fresh: dict[int, list[int]] = {}
    for uid, day in zip(uids, tx.integers(sql.SENT_DAYS, (mailbox, above, mailbox)), strict=True):
        fresh.setdefault(day, []).append(uid)
    return {**known, **{day: _more(known.get(day), uids) for day, uids in fresh.items()}}


def _more(known: array[int] | None, uids: Sequence[int]) -> array[int]:
    return (known or array("I")) + array("I", uids)
