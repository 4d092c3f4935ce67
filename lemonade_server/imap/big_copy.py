"""COPY of very many messages: prepared aside in pieces, published in one step.

All or nothing, as RFC 3501 §6.4.7 asks: what is prepared nobody sees, and it counts for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from lemonade_server.imap.big_writes import erase, in_pieces, turn
from lemonade_server.imap.destination import destination, may_bring, same_destination
from lemonade_server.store import staging
from lemonade_server.wire import numset
from lemonade_server.wire.errors import No

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.store.db import Tx
    from lemonade_server.store.ids import MailboxId
    from lemonade_server.store.mailboxes import MailboxRow
    from lemonade_server.store.staging import StagedCopy

LEAST = 1_000
"""Up to so many messages are copied at once."""

LOOK = 0.2
TRIES = 300
"""Seconds between two looks whether another big copy into the mailbox is done, and how many."""


async def copy(
    session: Session, source: MailboxId, uids: Sequence[int], name: str
) -> tuple[int, bytes, bytes]:
    """UIDVALIDITY of the mailbox, old and new UIDs as COPYUID has them.

    Raises No, StoreError: nothing is copied.
    """
    target, staged = await _begin(session, len(uids), name)
    try:
        await in_pieces(session.service, uids, partial(_stage, session, staged, source))
        async with turn(session.service, len(uids)):
            await session.write(partial(_publish, session, staged, source, uids))
    except BaseException:
        abandoned = session.db.write(partial(staging.abandon, staged=staged), frees=True)
        await asyncio.shield(abandoned)
        await asyncio.shield(erase(session.service, target.id))
        raise
    new = [(staged.first, staged.first + staged.messages - 1)]
    return target.uidvalidity, numset.from_sorted(uids), numset.from_ranges(new)


async def _begin(session: Session, count: int, name: str) -> tuple[MailboxRow, StagedCopy]:
    """Lay claim to UIDs of the mailbox, for one big copy at a time."""

    def begin(tx: Tx) -> tuple[MailboxRow, StagedCopy | None]:
        target = destination(tx, session.account, name)
        return target, staging.begin(tx, target.id, count)

    for _ in range(TRIES):
        target, staged = await session.write(begin)
        if staged is not None:
            return target, staged
        await erase(session.service, target.id)
        await asyncio.sleep(LOOK)
    raise No("another big copy into this mailbox is under way, try again", b"INUSE")


async def _stage(
    session: Session, staged: StagedCopy, source: MailboxId, uids: Sequence[int]
) -> None:
    """Copy one piece."""

    def stage(tx: Tx) -> tuple[int, int]:
        target = same_destination(tx, session.account, staged.mailbox)
        within = may_bring(tx, session.account, target).within
        return staging.stage(tx, staged, source, uids, within)

    unseen, octets = await session.write(stage)
    staged.messages += len(uids)
    staged.unseen += unseen
    staged.octets += octets


def _publish(
    session: Session, staged: StagedCopy, source: MailboxId, uids: Sequence[int], tx: Tx
) -> None:
    target = same_destination(tx, session.account, staged.mailbox)
    may = may_bring(tx, session.account, target)
    staging.publish(tx, staged, source, uids, may.annotations)
