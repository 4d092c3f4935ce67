"""The messages of a conversation in a mailbox that a row of a list names: the newest, the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .ids import MailboxId
from .sql import conversations as sql
from .tx import Tx

MOST_UIDS = 50
"""Messages of a conversation, the newest ones, whose UIDs are told."""

MOST_AUTHORS = 16
"""Messages of a conversation, the newest ones, whose authors are told; and that of the first."""


class Member(NamedTuple):
    """A message of a conversation: it arrived in a second, UTC, ``zone`` is minutes east."""

    arrived: int
    is_here: bool
    uid: int
    content: int
    zone: int


class NewestMembers(NamedTuple):
    """Those of one conversation. ``uids`` are of the newest ones, the newest first; ``named`` are
    the messages whose authors are told, the first one first.
    """

    uids: Sequence[int]
    named: tuple[Member, ...]


def newest_members(
    tx: Tx, mailbox: MailboxId, threads: Sequence[int], upto: int, *, is_here: bool
) -> dict[int, NewestMembers]:
    """Those of some conversations, of those that have any message up to a UID there.

    Each is read from the ends of its part of an index, however long it is.
    """
    bounds = mailbox, upto
    newest: dict[int, list[int]] = {}
    wanted: set[int] = set()
    for thread, uids, first in tx.rows(sql.NEWEST, (*bounds, MOST_UIDS, *bounds, list(threads))):
        if uids:
            newest[thread] = [int(uid) for uid in uids.split(",")]
            wanted.update(newest[thread][:MOST_AUTHORS])
            wanted.add(first)
    if not newest:
        return {}
    found: dict[int, list[Member]] = {thread: [] for thread in newest}
    for thread, arrived, uid, content, zone in tx.rows(sql.NAMED, (mailbox, sorted(wanted))):
        found[thread].append(Member(arrived, is_here, uid, content, zone))
    return {thread: NewestMembers(uids, to_name(found[thread])) for thread, uids in newest.items()}


def to_name(*groups: Sequence[Member]) -> tuple[Member, ...]:
    """Those of some messages whose authors are named: the first one, then the newest, in order."""
    first, *rest = sorted(member for group in groups for member in group)
    return (first, *rest[-MOST_AUTHORS:])
