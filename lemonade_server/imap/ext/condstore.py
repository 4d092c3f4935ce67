"""CONDSTORE: the parts that belong to no other command (RFC 7162 §3.1)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability, status_item
from lemonade_server.store.db import Tx
from lemonade_server.store.mailboxes import MailboxRow

CONDSTORE = capability(Capability(b"CONDSTORE", rfc=7162, when=states.ANY, enable=True))


@status_item(b"HIGHESTMODSEQ", CONDSTORE)
def highestmodseq(_: Tx, row: MailboxRow) -> int:
    """The mod-sequence of the newest change. Asking for it enables CONDSTORE (§3.1.7)."""
    return row.modseq
