"""PREVIEW: the first words of a message, made when it arrived (RFC 8970)."""

from __future__ import annotations

import re

from lemonade_server.imap import states
from lemonade_server.imap.ext.snippet import fuzzy_item, takes_algorithm
from lemonade_server.imap.fetch.plan import FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.syntax import string

NEEDS = ("snippet",)

PREVIEW = capability(Capability(b"PREVIEW", 8970, states.LOGGED_IN))

# Without a list around the items, what follows may be the modifiers of FETCH.
_LAZY = re.compile(rb" \(LAZY(?: LAZY)*\)", re.IGNORECASE)


@fetch_item(b"PREVIEW")
def preview_item(cursor: Cursor) -> Item:
    """``PREVIEW [(LAZY)]``. It is at hand always, so LAZY changes nothing."""
    if takes_algorithm(cursor):
        return fuzzy_item(b"PREVIEW")
    found = _LAZY.match(cursor.text, cursor.pos)
    if found is not None:
        cursor.pos = found.end()

    def bind(index_of: FieldIndex) -> Part:
        at = index_of(MessageField.PREVIEW)

        def part(row: Row, _: Frame) -> bytes:
            return b"PREVIEW %b" % string(row[at].encode())

        return part

    return Item((MessageField.PREVIEW,), bind)
