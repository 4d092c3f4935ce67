"""POSTADDRESS: LIST tells by which address mail gets into a mailbox
(draft-melnikov-imap-postaddress-03), so that a copy can be filed by one more recipient.
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.mailboxes.listing import Entry
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.store import posting
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId
from lemonade_server.store.namespaces import locate
from lemonade_server.wire.syntax import nstring

# The draft has no number; it extends LIST-EXTENDED.
POSTADDRESS = capability(Capability(b"POSTADDRESS", 5258, states.LOGGED_IN))


def post_address(tx: Tx, account: AccountId, entry: Entry) -> bytes:
    """The extended data item of one LIST response; NIL where nothing can be posted (P-37)."""
    found = None
    if entry.row is not None:
        name = locate(tx, account, entry.name).name
        found = posting.address_of(tx, account, entry.row, name)
    return b'("POSTADDRESS" %b)' % nstring(found.encode() if found is not None else None)
