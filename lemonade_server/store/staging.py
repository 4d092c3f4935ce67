"""Messages that no mailbox shows: of a copy that is being prepared, or of a mailbox that is gone.

They count for nothing. Those of a copy have the mailbox, the UIDs and the mod-sequence that they
will have, above all that the mailbox has given out: it shows what is below its UIDNEXT. To publish
them is one change of the mailbox's row. What is hidden and belongs to nobody is erased in pieces.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from . import keywords as words
from . import message_annotations
from .errors import Conflict, Gone, LimitReached, MessageExpunged, TargetNotFound
from .flags import ALL, SEEN, Within
from .ids import HIGHEST_UID, AccountId, MailboxId, Modseq, Uid
from .mailbox_rows import MailboxRow, lock
from .quota import check_quota
from .sql import contents as sql_contents
from .sql import messages as sql_messages
from .sql import staging as sql
from .tx import Tx

LEAST_ARRIVALS = 10_000
ARRIVALS = 4
"""While a copy is prepared so many messages for each of its own may arrive in the mailbox, or the
least. UIDs are passed over for them; who would need more is told to come back."""

CHANGES = 1 << 22
"""As many changes may be made in it."""

LEASE = 300
"""Seconds after which a copy that nobody goes on with may be erased."""

AT_ONCE = 300


@dataclass(slots=True)
class StagedCopy:
    """A copy that is being prepared: where its messages stand, and what they will count for."""

    number: int
    mailbox: MailboxId
    first: Uid
    modseq: Modseq
    messages: int = 0
    unseen: int = 0
    octets: int = 0


def begin(tx: Tx, target: MailboxId, count: int) -> StagedCopy | None:
    """Prepare to copy so many messages. None while another copy into this mailbox is prepared.

    Raises Gone, LimitReached.
    """
    mailbox = lock(tx, target)
    if tx.rows(sql.OF_MAILBOX, (target,)):
        return None
    first = mailbox.uidnext + max(LEAST_ARRIVALS, ARRIVALS * count)
    last = first + count - 1
    if last >= HIGHEST_UID:
        raise LimitReached("UIDs", HIGHEST_UID, "the mailbox has used up its UIDs")
    number = tx.value(sql.HIDE, (target, first, last, int(time.time()) + LEASE))
    return StagedCopy(number, target, Uid(first), Modseq(mailbox.modseq + CHANGES))


def stage(
    tx: Tx, staged: StagedCopy, source: MailboxId, uids: Sequence[int], within: Within = ALL
) -> tuple[int, int]:
    """Copy the next messages of ``source``; how many are unseen, and their octets.

    Raises Gone, TargetNotFound, MessageExpunged, Conflict when it was waited for in vain and is
    erased: it can't be published then.
    """
    _, mailbox = _lock_both(tx, source, staged.mailbox)
    now = int(time.time())
    if tx.row_count(sql.RENEW, (now + LEASE, staged.number)) != 1:
        raise Conflict
    first = staged.first + staged.messages
    last = first + len(uids) - 1
    few = list(uids)
    found = tx.rows(sql_messages.COPIED_BY_KEYWORDS, (source, few))
    if sum(count for _, count, _, _ in found) != len(few):
        raise MessageExpunged
    tx.execute(
        sql_messages.COPY if within.keywords else sql_messages.COPY_BARE,
        (staged.mailbox, first - 1, staged.modseq, staged.modseq, within.bits, now, source, few),
    )
    kept = [text for text, *_ in found if text] if within.keywords else []
    spelled = words.admit(tx, mailbox.id, mailbox.keywords, [text.split() for text in kept])
    for before, after in zip(kept, spelled, strict=True):
        if before != after:
            tx.execute(sql_messages.RENAME_KEYWORDS, (after, mailbox.id, first, last, before))
    tx.execute(sql_contents.HOLD_MESSAGES, (mailbox.id, first, last))
    unseen = sum(each[3] for each in found) if within.bits & SEEN else len(few)
    return unseen, sum(each[2] for each in found)


def _lock_both(tx: Tx, source: MailboxId, target: MailboxId) -> tuple[MailboxRow, MailboxRow]:
    """In the order of their ids, as all who lock two: nobody waits for who waits for him."""
    rows: dict[MailboxId, MailboxRow] = {}
    for mailbox in sorted({source, target}):
        try:
            rows[mailbox] = lock(tx, mailbox)
        except Gone:
            if mailbox == source:
                raise
            raise TargetNotFound from None
    return rows[source], rows[target]


def publish(
    tx: Tx,
    staged: StagedCopy,
    source: MailboxId,
    uids: Sequence[int],
    annotations: Collection[AccountId] | None,
) -> None:
    """Show all that was copied of ``uids``, in one step: from ``staged.first`` on, in this order.

    Raises Gone, TargetNotFound, OverQuota, Conflict when too much has changed meanwhile.
    """
    box, mailbox = _lock_both(tx, source, staged.mailbox)
    if mailbox.noselect:
        raise TargetNotFound
    if tx.row_count(sql.SHOW_CLAIMED, (staged.number,)) != 1:
        raise Conflict
    if mailbox.uidnext > staged.first or mailbox.modseq >= staged.modseq:
        raise Conflict
    tx.execute(
        sql.PUBLISH,
        (
            staged.modseq, staged.first + staged.messages, staged.messages, staged.unseen,
            staged.octets, mailbox.id,
        ),
    )  # fmt: skip
    check_quota(tx, mailbox.account)
    tx.hint(mailbox.id, staged.modseq)
    if box.annotation_octets:
        pairs = [(Uid(uid), Uid(staged.first + at)) for at, uid in enumerate(uids)]
        message_annotations.carry(tx, box, pairs, mailbox.id, staged.modseq, annotations)


def abandon(tx: Tx, staged: StagedCopy) -> None:
    """A copy will not be published: its messages may be erased."""
    tx.execute(sql.ABANDON, (staged.number,))


def hide_all(tx: Tx, mailbox: MailboxId) -> None:
    """The mailbox goes, and all its messages are left to ``erase_some``."""
    tx.execute(sql.SHOW_ALL, (mailbox,))
    tx.execute(sql.HIDE, (mailbox, 1, HIGHEST_UID, 0))


def are_any(tx: Tx, mailbox: MailboxId) -> bool:
    """Whether the mailbox has hidden messages."""
    return bool(tx.rows(sql.OF_MAILBOX, (mailbox,)))


def erase_some(tx: Tx, before: int, mailbox: MailboxId | None = None) -> bool:
    """Erase some hidden messages to which nobody has laid claim since ``before``, in seconds UTC;
    those of ``mailbox``, or any. False when there are none.
    """
    if mailbox is None:
        found = tx.row(sql.ABANDONED, (before,))
    else:
        found = tx.row(sql.ABANDONED_OF, (before, mailbox))
    if found is None:
        return False
    number, owner, first, last = found
    tx.execute(sql.ABANDON, (number,))  # who comes back to it finds it gone, not half of it
    uids = [uid for (uid,) in tx.rows(sql.SOME_UIDS, (owner, first, last, AT_ONCE))]
    if uids:
        tx.execute(sql_contents.RELEASE_MESSAGES, (int(time.time()), owner, uids))
        tx.execute(sql_messages.DELETE, (owner, uids))
    if len(uids) < AT_ONCE:
        tx.execute(sql.SHOW, (number,))
    return True
