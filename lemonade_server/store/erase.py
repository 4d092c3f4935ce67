"""Erasing what nobody uses any more, an hour after its last use.

Rows go first; octets in the blob store only after the commit that dropped their row. A session
that was not told of an expunge, a submission in flight, a message between its two steps of
arriving: an hour covers them all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from . import ghosts, staging
from .blobs import blob_store, is_old
from .changes import prune
from .contents import GRACE, drop
from .errors import StoreFull
from .ids import ContentId
from .reserve import reserve
from .sql import contents as sql
from .tx import Tx, run_with_retries, snapshot

AT_ONCE = 200


@dataclass(slots=True)
class ErasureCount:
    """How much went: contents, blobs, and files that no row names."""

    contents: int = 0
    blobs: int = 0
    files: int = 0


def sweep(grace: int = GRACE) -> ErasureCount:
    """Erase hidden messages that nobody will show, contents and blobs, forget ghosts and old
    tombstones, erase octets that no row names.

    In short transactions of the calling thread; safe beside running servers. Once an hour is
    enough: it reads the whole list of places of the blob store.
    """
    erase_hidden()
    before = int(time.time()) - grace
    erased = ErasureCount(_repeat(partial(_contents, before)), _repeat(partial(_blobs, before)))
    while run_with_retries(partial(ghosts.forget, before=before)) == ghosts.AT_ONCE:
        pass
    while run_with_retries(prune):
        pass
    erased.files = _strays(grace)
    return erased


def erase_hidden() -> None:
    """Erase, in pieces, the messages that no mailbox shows and nobody lays claim to."""
    while run_with_retries(partial(staging.erase_some, before=int(time.time()))):
        pass


def _repeat(step: Callable[[Tx], int]) -> int:
    total = 0
    while True:
        try:
            count = run_with_retries(step)
        except StoreFull:  # what makes room may use what is kept for that
            reserve().give_up()
            count = run_with_retries(step)
        total += count
        if count < AT_ONCE:
            return total


def _contents(before: int, tx: Tx) -> int:
    found = [ContentId(row[0]) for row in tx.rows(sql.UNUSED_CONTENTS, (before, AT_ONCE))]
    if found:
        drop(tx, found)
    return len(found)


def _blobs(before: int, tx: Tx) -> int:
    found = tx.rows(sql.UNUSED_BLOBS, (before, AT_ONCE))
    if not found:
        return 0
    numbers = [row[0] for row in found]
    tx.execute(sql.DROP_BLOB_DATA, (numbers,))
    tx.execute(sql.DROP_BLOBS, (numbers,))
    for _, place in found:
        if place:
            tx.after_commit(partial(blob_store().delete, place))
    return len(found)


_strays_since: dict[str, float] = {}
"""Places of octets that no row named, and since when this process has seen them so."""


def _strays(grace: int) -> int:
    """Erase octets in the blob store that no row names: a process died before its commit.

    They may be those of a message between its two steps, and what the clock says of their age may
    be wrong: they are erased when they are still there after a second hour, by a clock that nobody
    sets.
    """
    store = blob_store()
    seen: dict[str, float] = {}
    count = 0
    for place, written in store.places():
        if not is_old(written, grace):
            continue
        with snapshot() as tx:
            if tx.row(sql.PLACE_IS_USED, (place,)) is not None:
                continue
        now = time.monotonic()
        since = _strays_since.get(place, now)
        if now - since < grace:
            seen[place] = since
        else:
            store.delete(place)
            count += 1
    _strays_since.clear()
    _strays_since.update(seen)
    return count
