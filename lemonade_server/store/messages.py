"""Messages in mailboxes: append, copy, move, flags, expunge and reading rows.

Every write locks the mailbox's row first and takes its next mod-sequence; it counts what the
mailbox holds in the same transaction and hints after the commit. All work on whole sets.
"""

from __future__ import annotations

import time
from array import array
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from . import keywords as words
from . import message_annotations, stored_columns
from .errors import Conflict, Gone, LimitReached, MessageExpunged, OverQuota, TargetNotFound
from .flag_changes import FlagChanges, store_flags
from .flags import ALL, SEEN, Within
from .ids import HIGHEST_UID, AccountId, ContentId, MailboxId, Modseq, Uid
from .mailbox_rows import MailboxRow, lock
from .message_annotations import Values
from .removal import Expunge, expunge, expunge_few
from .rows import rows
from .sql import contents as sql_contents
from .sql import mailboxes as sql_mailboxes
from .sql import messages as sql
from .stored_columns import StoredColumns
from .tx import Tx

__all__ = [
    "Expunge",
    "FlagChanges",
    "NewMessage",
    "all_flags",
    "append",
    "append_all",
    "copy",
    "expunge",
    "expunge_few",
    "first_unseen",
    "move",
    "replace",
    "rows",
    "store_flags",
    "uids",
]


@dataclass(slots=True)
class NewMessage:
    """What APPEND says of a message: times in seconds UTC, the zone in minutes east.

    ``repeated`` is that of a content which this transaction has stored with one use, for this
    message; None for one that was there. ``annotations`` are set by whoever appends it
    (RFC 5257 §4.7).
    """

    content: ContentId
    bits: int
    keywords: list[str]
    internaldate: int
    zone: int = 0
    repeated: StoredColumns | None = None
    annotations: Values | None = None


def append(
    tx: Tx,
    mailbox_id: MailboxId,
    content_id: ContentId,
    bits: int,
    keywords: list[str],
    internaldate: int,
    zone: int,
) -> Uid:
    """Put one content into a mailbox; its UID. See ``append_all``."""
    new = NewMessage(content_id, bits, keywords, internaldate, zone)
    return append_all(tx, mailbox_id, [new])[0]


def append_all(tx: Tx, mailbox_id: MailboxId, new: Sequence[NewMessage]) -> list[Uid]:
    """Put contents into a mailbox, all or none; their UIDs, which follow each other.

    Raises OverQuota, LimitReached (too many keywords) or TargetNotFound.
    """
    repeated = {one.content: one.repeated for one in new if one.repeated is not None}
    known = sorted({one.content for one in new if one.repeated is None})
    if known:
        repeated.update(stored_columns.of_contents(tx, known))
        if not repeated.keys() >= set(known):
            raise Gone("message")
    unseen = sum(1 for one in new if not one.bits & SEEN)
    octets = sum(repeated[one.content].size for one in new)
    taken = _take_uids(tx, mailbox_id, len(new), unseen, octets)
    _check_quota(tx, taken)
    spelled = words.admit(tx, mailbox_id, taken.keywords, [one.keywords for one in new])
    now = int(time.time())
    tx.many(
        sql.INSERT,
        [
            _columns(taken, at, one, spelled[at], repeated[one.content], now)
            for at, one in enumerate(new)
        ],
    )
    _hold(tx, Counter(one.content for one in new if one.repeated is None))
    uids = [Uid(taken.first + at) for at in range(len(new))]
    noted = [(uid, one.annotations) for uid, one in zip(uids, new, strict=True) if one.annotations]
    if noted:
        message_annotations.put(tx, lock(tx, mailbox_id), noted, taken.modseq)
    return uids


def _hold(tx: Tx, uses: Mapping[ContentId, int]) -> None:
    """Count uses of contents that were there, in the order of their ids. Raises Gone."""
    for content in sorted(uses):
        if tx.row_count(sql_contents.HOLD, (uses[content], content)) != 1:  # erased since
            raise Gone("message")


def append_to_inbox(tx: Tx, account: AccountId, new: NewMessage) -> Uid:
    """Put a message of a content stored for it, without keywords, into an account's INBOX; its UID.

    One statement finds the mailbox and counts the message in. Raises OverQuota, or TargetNotFound
    where there is no INBOX.
    """
    repeated = new.repeated
    assert repeated is not None and not new.keywords, new
    unseen = not new.bits & SEEN
    taken = _take(tx, sql.TAKE_UIDS_OF_INBOX, (1, 1, int(unseen), repeated.size, account), 1)
    _check_quota(tx, taken)
    tx.execute(sql.INSERT, _columns(taken, 0, new, "", repeated, int(time.time())))
    return taken.first


def _columns(
    taken: _Reservation, at: int, new: NewMessage, keywords: str, repeated: StoredColumns, now: int
) -> tuple[object, ...]:
    return (
        taken.mailbox, taken.first + at, taken.modseq, taken.modseq, new.bits, keywords,
        repeated.size, new.internaldate, new.zone, now, new.content,
        repeated.thread or -new.content, repeated.attached,
    )  # fmt: skip


@dataclass(slots=True)
class _Reservation:
    mailbox: MailboxId
    first: Uid
    modseq: Modseq
    account: AccountId
    keywords: str
    octets_allowed: int  # 0 is no limit
    messages_allowed: int


def _take_uids(tx: Tx, mailbox_id: MailboxId, count: int, unseen: int, octets: int) -> _Reservation:
    """Lock the mailbox, take UIDs and a mod-sequence and count the messages in."""
    return _take(tx, sql.TAKE_UIDS, (count, count, unseen, octets, mailbox_id), count)


def _take(tx: Tx, statement: str, args: tuple[int, ...], count: int) -> _Reservation:
    found = tx.row(statement, args)
    if found is None:
        raise TargetNotFound
    mailbox_id, modseq, uidnext, account, keywords, octets_allowed, messages_allowed, limit = found
    if uidnext > HIGHEST_UID:
        raise LimitReached("UIDs", HIGHEST_UID, "the mailbox has used up its UIDs")
    if limit is not None and uidnext > limit:  # more than is passed over for them
        raise Conflict
    tx.hint(mailbox_id, modseq)
    limits = octets_allowed or 0, messages_allowed or 0
    return _Reservation(mailbox_id, Uid(uidnext - count), modseq, account, keywords, *limits)


def _check_quota(tx: Tx, taken: _Reservation) -> None:
    if not taken.octets_allowed and not taken.messages_allowed:
        return
    octets, count = tx.rows(sql_mailboxes.USED, (taken.account,))[0]
    if taken.octets_allowed and octets > taken.octets_allowed:
        raise OverQuota("storage")
    if taken.messages_allowed and count > taken.messages_allowed:
        raise OverQuota("messages")


def copy(
    tx: Tx,
    source: MailboxId,
    uids: Sequence[int],
    target: MailboxId,
    within: Within = ALL,
    annotations: Collection[AccountId] | None = (),
) -> list[tuple[Uid, Uid]]:
    """Copy messages with dates and those flags that are ``within``; (old, new) UIDs ascending.

    ``annotations`` says whose come along, None: everybody's. UIDs that are gone are passed over:
    the caller may refuse the whole (B-03). Raises as ``append_all``.
    """
    box = _lock_both(tx, source, target)
    pairs, taken = _copy(tx, box, list(uids), target, within, annotations)
    if taken is not None:
        _check_quota(tx, taken)
    return pairs


def move(
    tx: Tx,
    source: MailboxId,
    uids: Sequence[int],
    target: MailboxId,
    within: Within = ALL,
    annotations: Collection[AccountId] | None = (),
    ghosts_from: int = 0,
) -> list[tuple[Uid, Uid]]:
    """Copy, and expunge the originals in the same transaction (RFC 6851, B-70).

    Within one account nothing grows, so a full one can still empty its mailboxes into Trash.
    ``ghosts_from`` as ``expunge`` has it.
    """
    box = _lock_both(tx, source, target)
    pairs, taken = _copy(tx, box, list(uids), target, within, annotations)
    if taken is None:
        return []
    expunge(tx, source, [old for old, _ in pairs], False, ghosts_from)
    if box.account != taken.account:
        _check_quota(tx, taken)
    return pairs


def _lock_both(tx: Tx, source: MailboxId, target: MailboxId) -> MailboxRow:
    """The source's row. Both are locked in the order of their ids, so that no two moves wait for
    each other.
    """
    rows: dict[MailboxId, MailboxRow] = {}
    for mailbox_id in sorted({source, target}):
        try:
            rows[mailbox_id] = lock(tx, mailbox_id)
        except Gone:
            if mailbox_id == source:
                raise
            raise TargetNotFound from None
    return rows[source]


def _copy(
    tx: Tx,
    box: MailboxRow,
    uids: list[int],
    target: MailboxId,
    within: Within,
    annotations: Collection[AccountId] | None,
) -> tuple[list[tuple[Uid, Uid]], _Reservation | None]:
    """Old and new UIDs, and what was taken in the target: None when there was nothing."""
    source = box.id
    found = [Uid(uid) for (uid,) in tx.rows(sql.COPIED_UIDS, (source, uids))]
    if not found:
        return [], None
    count, octets, unseen = tx.rows(sql.COPIED, (source, uids))[0]
    if not within.bits & SEEN:
        unseen = count
    kept: list[str] = []
    if within.keywords:
        kept = [text for (text,) in tx.rows(sql.COPIED_KEYWORDS, (source, uids)) if text]
    taken = _take_uids(tx, target, count, unseen, octets)
    last = taken.first + count - 1
    now = int(time.time())
    tx.execute(
        sql.COPY if within.keywords else sql.COPY_BARE,
        (target, taken.first - 1, taken.modseq, taken.modseq, within.bits, now, source, found),
    )
    spelled = words.admit(tx, target, taken.keywords, [text.split() for text in kept])
    for before, after in zip(kept, spelled, strict=True):
        if before != after:
            tx.execute(sql.RENAME_KEYWORDS, (after, target, taken.first, last, before))
    tx.execute(sql_contents.HOLD_MESSAGES, (target, taken.first, last))
    pairs = [(uid, Uid(taken.first + at)) for at, uid in enumerate(found)]
    message_annotations.carry(tx, box, pairs, target, taken.modseq, annotations)
    return pairs, taken


def replace(
    tx: Tx, source: MailboxId, uid: int, target: MailboxId, new: NewMessage
) -> tuple[Uid, Modseq]:
    """Expunge one message and append another one, perhaps elsewhere (RFC 8508 §3.4).

    Room is needed for what grows only. The new UID, and where the source mailbox stands then.
    Raises as ``append_all``, and MessageExpunged when the message is gone.
    """
    _lock_both(tx, source, target)
    if not expunge(tx, source, [uid], only_deleted=False).uids:
        raise MessageExpunged
    added = append_all(tx, target, [new])[0]
    return added, lock(tx, source).modseq


def uids(tx: Tx, mailbox_id: MailboxId) -> array[int]:
    """All UIDs of the mailbox, ascending, in 4 octets each."""
    return array("I", [row[0] for row in tx.rows(sql.UIDS, (mailbox_id, mailbox_id))])


def all_flags(tx: Tx, mailbox_id: MailboxId) -> list[tuple[int, str]]:
    """Bits and keywords of all messages of the mailbox, by UID."""
    return tx.rows(sql.ALL_FLAGS, (mailbox_id, mailbox_id))


def count_from(tx: Tx, mailbox_id: MailboxId, uid: int) -> int:
    """How many messages have this UID or a higher one."""
    return int(tx.value(sql.COUNT_FROM, (mailbox_id, uid, mailbox_id)))


def first_unseen(tx: Tx, mailbox_id: MailboxId) -> Uid | None:
    """The lowest UID without ``\\Seen``, for the UNSEEN code of SELECT."""
    found = tx.value(sql.FIRST_UNSEEN, (mailbox_id,))
    return None if found is None else Uid(found)
