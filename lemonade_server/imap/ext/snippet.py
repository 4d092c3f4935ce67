"""SNIPPET=FUZZY and PREVIEW=FUZZY: what clients of before RFC 8970 ask for
(draft-slusarz-imap-fetch-snippet, draft-ietf-extra-imap-fetch-preview-02).

The answer names the algorithm: ``SNIPPET (FUZZY "…")``. There is one, and its text is at hand.
"""

from __future__ import annotations

import re

from lemonade_server.imap import states
from lemonade_server.imap.fetch.plan import FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.syntax import string

# The drafts became RFC 8970, which gave the names up.
SNIPPET_FUZZY = capability(Capability(b"SNIPPET=FUZZY", 8970, states.LOGGED_IN))
PREVIEW_FUZZY = capability(Capability(b"PREVIEW=FUZZY", 8970, states.LOGGED_IN))

SNIPPET_LENGTH = 100  # characters

_ALGORITHMS = re.compile(rb" \((?:LAZY=)?FUZZY(?: (?:LAZY=)?FUZZY)*\)", re.IGNORECASE)


def takes_algorithm(cursor: Cursor) -> bool:
    """Consume `` (FUZZY)`` or `` (LAZY=FUZZY)`` if it stands here."""
    found = _ALGORITHMS.match(cursor.text, cursor.pos)
    if found is None:
        return False
    cursor.pos = found.end()
    return True


def fuzzy_item(name: bytes, length: int | None = None) -> Item:
    """The item whose answer names the algorithm."""

    def bind(index_of: FieldIndex) -> Part:
        at = index_of(MessageField.PREVIEW)

        def part(row: Row, _: Frame) -> bytes:
            return b"%b (FUZZY %b)" % (name, string(row[at][:length].encode()))

        return part

    return Item((MessageField.PREVIEW,), bind)


@fetch_item(b"SNIPPET")
def snippet_item(cursor: Cursor) -> Item:
    """``SNIPPET [(FUZZY)]``."""
    takes_algorithm(cursor)
    return fuzzy_item(b"SNIPPET", SNIPPET_LENGTH)
