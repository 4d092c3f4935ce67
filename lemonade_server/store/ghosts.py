"""Ghosts: expunged messages that sessions which still number them can fetch (RFC 2180 §4.1.1).

Their rows are kept, packed, in the tombstones of their expunge for as long as contents outlive
their last use. They count nowhere and hold nothing: a ghost whose content has been erased is gone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from .contents import GRACE
from .ids import MailboxId
from .ranges import Range
from .rows import KNOWN, MESSAGE_COLUMNS
from .sql import messages as sql
from .tx import Tx

MOST = 5_000
"""Ghosts of one EXPUNGE: of more, which is how old mail is cleared away, the newest."""

AT_ONCE = 500
"""Tombstones whose ghosts are forgotten together."""

_NUMBERS = ", ".join(MESSAGE_COLUMNS)
_ROW = f"({', '.join(['%s'] * len(MESSAGE_COLUMNS))})"
_TYPES = ["%s" if name == "keywords" else "CAST(%s AS BIGINT)" for name in MESSAGE_COLUMNS]
_FIRST_ROW = f"({', '.join(_TYPES)})"


def lowest_ghost(uids: Sequence[int]) -> int:
    """The first of ``uids``, ascending and expunged one part after another, that becomes a ghost.

    0 for all.
    """
    return uids[-MOST] if len(uids) > MOST else 0


def pack_rows(
    rows: Sequence[tuple[Any, ...]], runs: Sequence[Range], lowest: int = 0
) -> list[bytes | None]:
    """The rows (``MESSAGE_COLUMNS``, by UID) of each run of UIDs, as a tombstone keeps them.

    None for a run of which nothing is kept: what is below ``lowest``, or too many.
    """
    kept: list[bytes | None] = []
    at, first = 0, len(rows) - MOST
    for low, high in runs:
        stop = at + high - low + 1
        part = [row for row in rows[max(at, first) : stop] if row[0] >= lowest]
        kept.append(json.dumps(part, separators=(",", ":")).encode() if part else None)
        at = stop
    return kept


def rows(
    tx: Tx, mailbox_id: MailboxId, uids: Sequence[int], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """As ``rows.rows``, of messages that are gone: as they were when they were expunged."""
    if not uids:
        return []
    unknown = set(columns) - KNOWN
    if unknown:
        raise ValueError(f"no such columns: {', '.join(sorted(unknown))}")
    wanted = set(uids)
    since = int(time.time()) - GRACE
    tombstones = tx.rows(sql.KEPT, (mailbox_id, since, min(uids), max(uids)))
    kept = [row for (data,) in tombstones for row in json.loads(bytes(data)) if row[0] in wanted]
    if not kept:
        return []
    statement = sql.GHOSTS.format(
        names=_NUMBERS,
        rows=", ".join([_FIRST_ROW, *([_ROW] * (len(kept) - 1))]),
        chosen=", ".join(("m.uid", *columns)),
    )
    return tx.rows(statement, [value for row in kept for value in row])


def beside(
    tx: Tx,
    mailbox_id: MailboxId,
    uids: Sequence[int],
    columns: Sequence[str],
    living: list[tuple[Any, ...]],
) -> list[tuple[Any, ...]]:
    """What ``rows.rows`` found of ``uids``, and the ghosts among the others, by UID."""
    missing = set(uids).difference(row[0] for row in living)
    found = rows(tx, mailbox_id, sorted(missing), columns)
    return sorted(living + found, key=lambda row: row[0]) if found else living


def forget(tx: Tx, before: int) -> int:
    """Forget some ghosts of expunges up to a time in seconds UTC; of how many tombstones."""
    return tx.row_count(sql.FORGET_KEPT, (before, AT_ONCE))
