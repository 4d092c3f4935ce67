"""Which messages have something attached whose file name holds a text.

The names of parts are among the words of a message's body (``wire.body_text``), so the database
finds those in question: few. A message that is a file itself has its name in its header alone; of
these all are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from lemonade_server.wire.part_table import attachment_names
from lemonade_server.wire.text import casemap

from . import vendor
from .mailbox_rows import MailboxRow
from .search_tree import AttachmentName
from .sql import search as sql
from .sql.contents import BODY_TEXT
from .tx import Tx

CHUNK = 500
MULTIPART = b"(("
"""How the structure of a message of several parts begins (RFC 3501 §7.4.2)."""


def with_attachment_name(
    tx: Tx, mailbox: MailboxRow, key: AttachmentName, within: Sequence[int] | None
) -> list[int]:
    """UIDs of those messages, of some or of all of a mailbox."""
    if "\0" in key.value:
        return []
    condition, value = vendor.condition_of_holding(tx.connection, BODY_TEXT, key.value)
    statement = sql.ATTACHED.format(condition=condition, **sql.bounds(within is not None))
    few: object = mailbox.uidnext - 1 if within is None else list(within)
    found: list[int] = []
    after = 0
    while rows := tx.rows(statement, [mailbox.id, after, few, value, MULTIPART, CHUNK]):
        found += [uid for uid, parts in rows if _has_name(bytes(parts), key.value)]
        after = rows[-1][0]
    return found


def _has_name(parts: bytes, value: str) -> bool:
    return any(value in casemap(name) for name in attachment_names(parts))
