"""What the row of a message repeats of its content, so that mailboxes are read by narrow rows.

It never changes, and every copy of the message has the same. ``thread`` is the number of its thread
(``wire.thread_keys``); a message without any identifier, which is a thread by itself, has that of
its content, negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lemonade_server.wire.part_table import has_attachment
from lemonade_server.wire.rendering import StoredRendering
from lemonade_server.wire.thread_keys import thread_number

from .ids import ContentId
from .sql import messages as sql
from .tx import Tx


@dataclass(frozen=True, slots=True)
class StoredColumns:
    """Octets, the number of the thread (0: that of the content), whether anything is attached."""

    size: int
    thread: int
    attached: bool


def of_rendering(rendering: StoredRendering) -> StoredColumns:
    """Those of a message that is about to be stored."""
    return StoredColumns(
        rendering.size,
        thread_number(rendering.message_id, rendering.references),
        has_attachment(rendering.parts),
    )


def of_contents(tx: Tx, contents: Sequence[ContentId]) -> dict[ContentId, StoredColumns]:
    """Those of stored contents, as far as they are there."""
    return {
        ContentId(content): StoredColumns(
            size, thread_number(message_id, references), has_attachment(bytes(parts))
        )
        for content, size, message_id, references, parts in tx.rows(sql.REPEATED, [contents])
    }
