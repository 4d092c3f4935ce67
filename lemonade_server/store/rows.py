"""Reading message rows for FETCH: chosen columns of the message and its content."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from .ids import MailboxId
from .sql import messages as sql
from .tx import Tx

CHUNK = 200
"""Messages a read, so that no session holds a database thread long."""

MESSAGE_COLUMNS = (
    "uid", "modseq", "created_modseq", "bits", "keywords", "size", "internaldate", "zone",
    "savedate", "content_id", "id",
)  # fmt: skip
CONTENT_COLUMNS = (
    "size", "version", "sent", "sent_day", "message_id", "refs_ids", "base_subject", "sort_from",
    "sort_to", "sort_cc", "preview", "envelope", "bodystructure", "body", "parts", "header",
)  # fmt: skip
KNOWN = {f"m.{name}" for name in MESSAGE_COLUMNS} | {f"c.{name}" for name in CONTENT_COLUMNS}


@lru_cache(maxsize=512)
def _statement(columns: tuple[str, ...], condition: str) -> str:
    unknown = set(columns) - KNOWN
    if unknown:
        raise ValueError(f"no such columns: {', '.join(sorted(unknown))}")
    return sql.COLUMNS.format(
        columns=", ".join(("m.uid", *columns)),
        content=sql.JOIN_CONTENT if any(name.startswith("c.") for name in columns) else "",
        condition=condition,
    )


def rows(
    tx: Tx, mailbox_id: MailboxId, uids: Sequence[int], columns: Sequence[str]
) -> list[tuple[Any, ...]]:
    """UID and then the ``columns`` (``m.bits``, ``c.envelope`` …) of each message, by UID.

    UIDs that are gone are left out. Ask for about ``CHUNK`` at a time.
    """
    if not uids:
        return []
    low, high = min(uids), max(uids)
    if high - low >= 2 * len(uids):
        statement = _statement(tuple(columns), "= ANY(%s)")
        return tx.rows(statement, (mailbox_id, list(uids)))
    # A range is read in half the time; the few that it holds beside are left out here.
    found = tx.rows(_statement(tuple(columns), "BETWEEN %s AND %s"), (mailbox_id, low, high))
    if high - low + 1 == len(uids):
        return found
    wanted = set(uids)
    return [row for row in found if row[0] in wanted]
