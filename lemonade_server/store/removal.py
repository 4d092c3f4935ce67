"""Expunge: messages leave a mailbox, and a tombstone says which."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import ghosts, message_annotations
from .flags import SEEN
from .ids import MailboxId, Modseq, Uid
from .mailbox_rows import MailboxRow, lock, next_modseq
from .ranges import ranges_of
from .rows import MESSAGE_COLUMNS
from .sql import contents as sql_contents
from .sql import mailboxes as sql_mailboxes
from .sql import messages as sql
from .tx import Tx

BITS, SIZE = MESSAGE_COLUMNS.index("bits"), MESSAGE_COLUMNS.index("size")


@dataclass(slots=True)
class Expunge:
    """What was removed, ascending, and the mod-sequence of it (0 when nothing was)."""

    uids: list[Uid]
    modseq: Modseq


def expunge(
    tx: Tx,
    mailbox_id: MailboxId,
    uids: Sequence[int] | None = None,
    only_deleted: bool = True,
    ghosts_from: int = 0,
) -> Expunge:
    """Remove messages: all of the mailbox or those of ``uids``, of these only the ``\\Deleted``.

    Takes a mod-sequence only if something goes. The messages stay as ``ghosts`` for an hour, so
    that sessions that were not told yet can still read them (B-02); those below ``ghosts_from`` do
    not. Raises Gone.
    """
    mailbox = lock(tx, mailbox_id)
    if uids is None:
        statement = sql.ALL_DELETED if only_deleted else sql.ALL_GOING
        found = tx.rows(statement, (mailbox_id, mailbox_id))
    else:
        found = tx.rows(sql.GOING_DELETED if only_deleted else sql.GOING, (mailbox_id, list(uids)))
    return _remove(tx, mailbox, found, ghosts_from)


def expunge_few(tx: Tx, mailbox_id: MailboxId, most: int) -> Expunge | None:
    """As ``expunge`` of all that is ``\\Deleted``; None, and nothing is done, when these are more
    than ``most``. Raises Gone.
    """
    mailbox = lock(tx, mailbox_id)
    found = tx.rows(sql.SOME_DELETED, (mailbox_id, mailbox_id, most + 1))
    return _remove(tx, mailbox, found, 0) if len(found) <= most else None


def find_deleted(tx: Tx, mailbox_id: MailboxId) -> list[Uid]:
    """The UIDs of all messages that are ``\\Deleted``, ascending."""
    return [Uid(uid) for (uid,) in tx.rows(sql.DELETED_UIDS, (mailbox_id, mailbox_id))]


def _remove(
    tx: Tx, mailbox: MailboxRow, found: Sequence[tuple[Any, ...]], ghosts_from: int
) -> Expunge:
    """Remove the messages whose rows (``MESSAGE_COLUMNS``, by UID) were found."""
    if not found:
        return Expunge([], Modseq(0))
    modseq, _ = next_modseq(tx, mailbox.id)
    gone = [Uid(row[0]) for row in found]
    now = int(time.time())
    tx.execute(sql_contents.RELEASE_MESSAGES, (now, mailbox.id, gone))
    tx.execute(sql.DELETE, (mailbox.id, gone))
    message_annotations.forget(tx, mailbox, gone)
    unseen = sum(1 for row in found if not row[BITS] & SEEN)
    octets = sum(row[SIZE] for row in found)
    tx.execute(sql.COUNT_GONE, (len(gone), unseen, octets, mailbox.id))
    runs = ranges_of(gone)
    packed = ghosts.pack_rows(found, runs, ghosts_from)
    tx.many(
        sql_mailboxes.ADD_VANISHED,
        [
            (mailbox.id, modseq, first, last, kept, now if kept else None)
            for (first, last), kept in zip(runs, packed, strict=True)
        ],
    )
    tx.hint(mailbox.id, modseq)
    return Expunge(gone, modseq)
