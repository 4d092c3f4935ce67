"""MULTIAPPEND: several messages in one APPEND, all or none (RFC 3502).

append = "APPEND" SP mailbox 1*append-message                       RFC 3502 §6.3.11
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.ext.append import FURTHER_MESSAGES, Upload, upload
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

NEEDS = ("append",)

MULTIAPPEND = capability(Capability(b"MULTIAPPEND", 3502, states.LOGGED_IN))

MESSAGES_AT_ONCE = 1_000


def further_messages(cursor: Cursor) -> list[Upload]:
    """The messages behind the first one. Raises Bad, No."""
    uploads: list[Upload] = []
    while not cursor.at_end():
        uploads.append(upload(cursor.sp()))
        if len(uploads) >= MESSAGES_AT_ONCE:
            raise Bad("too many messages in one command")
    return uploads


FURTHER_MESSAGES.append(further_messages)
