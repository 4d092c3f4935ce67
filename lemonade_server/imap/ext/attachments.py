"""ATTACHED and FILENAME: what hangs on a message, as search keys (docs/attachments.md)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.search.program import Program, search_key
from lemonade_server.store.search_tree import AttachmentName, HasAttachment, Node
from lemonade_server.wire.cursor import Cursor

ATTACHMENTS = capability(
    Capability(
        b"X-LEMONADE-ATTACHMENTS", 0, states.LOGGED_IN, draft="[attachments](attachments.md)"
    )
)


@search_key(b"ATTACHED")
def has_attachment(_program: Program, _cursor: Cursor) -> Node:
    """Messages with anything attached."""
    return HasAttachment()


@search_key(b"FILENAME")
def filename(program: Program, cursor: Cursor) -> Node:
    """A string in the file name of something attached, by the rules of all texts."""
    return AttachmentName(program.text(cursor.sp()))
