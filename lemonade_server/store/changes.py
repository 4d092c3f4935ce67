"""The change feed: what happened in a mailbox after a mod-sequence.

NOOP, IDLE, CONDSTORE, QRESYNC and the webmail's live updates all ask here.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .ids import MailboxId, Modseq, Uid
from .mailbox_rows import MailboxRow, get, lock
from .ranges import Range, common, merge_ranges, without
from .sql import mailboxes as sql_mailboxes
from .sql import messages as sql
from .tx import Tx

Changed: TypeAlias = tuple[Uid, Modseq, int, str, Modseq]

MOST_TOMBSTONES = 10_000
"""Rows of tombstones kept a mailbox; older ones are forgotten and the floor rises."""


@dataclass(slots=True)
class Changes:
    """The state and what led to it. ``changed`` by UID: (UID, mod-sequence, bits, keywords,
    mod-sequence of its arrival); ``vanished`` are sorted ranges.
    """

    modseq: Modseq
    uidnext: Uid
    messages: int
    changed: list[Changed]
    vanished: list[Range]


def changes_since(
    tx: Tx, mailbox_id: MailboxId, modseq: int, known: Sequence[Range] | None = None
) -> Changes | None:
    """What changed after ``modseq`` (strictly); None when the mailbox is gone.

    ``known`` are sorted ranges of UIDs that the client has: both lists are limited to them
    (RFC 7162 §3.2.5.1). Without it, all below UIDNEXT may be reported as vanished. When expunges
    that old are forgotten, every missing UID of ``known`` is reported (§3.2.6): never fewer.
    """
    mailbox = get(tx, mailbox_id)
    if mailbox is None:
        return None
    if modseq >= mailbox.modseq:
        return Changes(mailbox.modseq, mailbox.uidnext, mailbox.messages, [], [])
    changed: list[Changed] = tx.rows(
        sql.CHANGED, (mailbox_id, modseq, mailbox.modseq, mailbox.uidnext)
    )
    if known is not None:
        left = common([(row[0], row[0]) for row in changed], known)
        inside = {uid for first, last in left for uid in range(first, last + 1)}
        changed = [row for row in changed if row[0] in inside]
    vanished = _vanished_since(tx, mailbox, modseq, known)
    return Changes(mailbox.modseq, mailbox.uidnext, mailbox.messages, changed, vanished)


def _vanished_since(
    tx: Tx, mailbox: MailboxRow, modseq: int, known: Sequence[Range] | None
) -> list[Range]:
    if modseq >= mailbox.tombstone_floor:
        gone = merge_ranges(tx.rows(sql_mailboxes.VANISHED_SINCE, (mailbox.id, modseq)))
        return gone if known is None else common(gone, known)
    asked = [(1, mailbox.uidnext - 1)] if known is None else known
    below = common(asked, [(1, mailbox.uidnext - 1)]) if mailbox.uidnext > 1 else []
    if not below:
        return []
    living = [uid for (uid,) in tx.rows(sql.LIVING, (mailbox.id, below[0][0], below[-1][1]))]
    return without(below, living)


def membership_since(
    tx: Tx, mailbox: MailboxRow, modseq: Modseq, last: int
) -> tuple[array[int], list[Range]] | None:
    """The UIDs that came after ``modseq``, when ``last`` was the highest, and ranges of those that
    went. Flags that changed cost nothing. None when expunges that old are forgotten.
    """
    if modseq < mailbox.tombstone_floor:
        return None
    found = tx.rows(sql.UIDS_ABOVE, (mailbox.id, last, mailbox.id))
    arrived = array("I", [uid for (uid,) in found])
    return arrived, merge_ranges(tx.rows(sql_mailboxes.VANISHED_SINCE, (mailbox.id, modseq)))


def prune(tx: Tx, most: int = MOST_TOMBSTONES) -> int:
    """Forget the oldest tombstones of a crowded mailbox; how many mailboxes that were."""
    crowded = [MailboxId(row[0]) for row in tx.rows(sql_mailboxes.CROWDED, (most,))]
    for mailbox_id in sorted(crowded)[:1]:
        lock(tx, mailbox_id)
        floor = tx.value(sql_mailboxes.VANISHED_CUT, (mailbox_id, most // 2))
        tx.execute(sql_mailboxes.DROP_VANISHED, (mailbox_id, floor))
        tx.execute(sql_mailboxes.SET_FLOOR, (floor, mailbox_id))
    return min(len(crowded), 1)
