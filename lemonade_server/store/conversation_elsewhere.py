"""What there is of a conversation in the other mailboxes of who reads: one's own answers in Sent.

Trash and junk count only where they are the mailbox that is read. Of very many mailboxes those with
a special use and the largest ones are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .conversation_members import Member, newest_members
from .flags import ANSWERED, DRAFT, FLAGGED
from .ids import AccountId, MailboxId, Modseq
from .sql import conversations as sql
from .tx import Tx

MOST_MAILBOXES = 100


class OtherMailbox(NamedTuple):
    """A mailbox as it is: while that is the same, nothing has changed in it."""

    id: MailboxId
    modseq: Modseq
    uidnext: int


OtherMailboxes = tuple[OtherMailbox, ...]


@dataclass(slots=True)
class ElsewhereCounts:
    """How many messages of a conversation are there, and which flags any of them has.

    ``named`` are those whose authors may be told.
    """

    count: int = 0
    unseen: int = 0
    bits: int = 0
    attachments: int = 0
    named: list[Member] = field(default_factory=list)


def other_mailboxes(tx: Tx, reader: AccountId, here: MailboxId) -> OtherMailboxes:
    """Those of an account that are looked at beside the mailbox that is read."""
    bounds = reader, here, "\\Trash", "\\Junk", MOST_MAILBOXES
    return tuple(OtherMailbox(*each) for each in tx.rows(sql.OTHER_MAILBOXES, bounds))


def find_elsewhere(
    tx: Tx, others: OtherMailboxes, threads: Sequence[int]
) -> dict[int, ElsewhereCounts]:
    """What is in these mailboxes of some conversations, of those that have anything there."""
    if not others:
        return {}
    found: dict[int, ElsewhereCounts] = {}
    threads_by_mailbox: dict[MailboxId, list[int]] = {}
    places = [mailbox.id for mailbox in others]
    for mailbox, thread, count, unseen, answered, flagged, draft, attachments in tx.rows(
        sql.ELSEWHERE, (places, list(threads))
    ):
        threads_by_mailbox.setdefault(mailbox, []).append(thread)
        each = found.setdefault(thread, ElsewhereCounts())
        each.count += count
        each.unseen += int(unseen)
        each.bits |= answered & ANSWERED | flagged & FLAGGED | draft & DRAFT
        each.attachments += int(attachments)
    for mailbox in others:
        if own := threads_by_mailbox.get(mailbox.id):
            newest = newest_members(tx, mailbox.id, own, mailbox.uidnext - 1, is_here=False)
            for thread, members in newest.items():
                found[thread].named += members.named
    return found
