"""Big writes go in pieces, so that nobody waits long for somebody's big command.

Between two pieces the writer is given up, and all sessions see what is done so far, as if as many
small commands had been given. One piece of a process is written at a time, in the order in which
they were asked for. When the client goes away, what is left is not done.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from lemonade_server.store import ghosts, messages, removal, staging
from lemonade_server.store.ids import Modseq

if TYPE_CHECKING:
    from lemonade_server.imap.service import Service
    from lemonade_server.store.db import Tx
    from lemonade_server.store.ids import MailboxId
    from lemonade_server.store.messages import Expunge

T = TypeVar("T")

PIECE = 500
"""Messages of a piece: some 20 ms for the writer."""


class Write(Protocol):
    """As ``Session.write`` and ``Database.write``."""

    async def __call__(self, job: Callable[[Tx], T], frees: bool = False) -> T: ...


def turn(service: Service, count: int) -> AbstractAsyncContextManager[object]:
    """What a piece of a command on so many messages is written in; a small command does not wait.

    Nothing is sent to a client meanwhile.
    """
    return service.big_write if count > PIECE else nullcontext()


async def in_pieces(
    service: Service,
    uids: Sequence[int],
    write: Callable[[Sequence[int]], Awaitable[None]],
    tell: Callable[[int, int], Awaitable[None]] | None = None,
) -> None:
    """Have messages written piece by piece, ascending; few, or none, at once.

    ``tell`` is awaited between two pieces, with how many are done of how many. Raises what
    ``write`` raises: the pieces before are done then.
    """
    for start in range(0, len(uids) or 1, PIECE):
        async with turn(service, len(uids)):
            await write(uids[start : start + PIECE])
        if tell is not None and start + PIECE < len(uids):
            await tell(start + PIECE, len(uids))


async def expunge(
    service: Service, write: Write, mailbox: MailboxId, uids: Sequence[int] | None
) -> Expunge:
    """Remove what is \\Deleted, of ``uids`` or of all. What is marked meanwhile stays. Gone."""
    if uids is None:
        few = await write(lambda tx: messages.expunge_few(tx, mailbox, PIECE), frees=True)
        if few is not None:
            return few
    if uids is None or len(uids) > PIECE:
        marked = await service.db.read_long(lambda tx: removal.find_deleted(tx, mailbox))
        uids = marked if uids is None else sorted(set(marked).intersection(uids))
    done = messages.Expunge([], Modseq(0))
    lowest = ghosts.lowest_ghost(uids)

    async def remove(piece: Sequence[int]) -> None:
        gone = await write(partial(_remove, mailbox, piece, lowest), frees=True)
        done.uids.extend(gone.uids)
        done.modseq = max(done.modseq, gone.modseq)

    await in_pieces(service, uids, remove)
    return done


def _remove(mailbox: MailboxId, uids: Sequence[int], lowest: int, tx: Tx) -> Expunge:
    return messages.expunge(tx, mailbox, uids, ghosts_from=lowest)


async def erase(service: Service, mailbox: MailboxId) -> None:
    """Erase what is hidden in a mailbox and belongs to nobody; what is left, the sweep finds."""
    going_on = True
    while going_on:
        async with service.big_write:
            job = partial(staging.erase_some, before=int(time.time()), mailbox=mailbox)
            going_on = await service.db.write(job, frees=True)
