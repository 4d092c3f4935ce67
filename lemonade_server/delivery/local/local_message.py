"""A message at its last step: whose it is, and where it goes if nobody says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lemonade_server.store import messages
from lemonade_server.store.db import Tx
from lemonade_server.store.flags import SEEN
from lemonade_server.store.ids import AccountId, ContentId, MailboxId
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.muting import MUTED
from lemonade_server.store.queue import Envelope

Send = Callable[[Tx, Envelope, PreparedMessage, bytes], object]
"""How a message that comes of this one is accepted; raises Reply."""


@dataclass(slots=True)
class LocalMessage:
    """``recipient`` is the address as the envelope had it, ``mailbox`` where ``keep`` puts it.

    ``junk``: it was taken for spam, so nobody is told that it came. ``vouched``: its sender is who
    it says (``acceptance.py``). ``muted``: its conversation is; then ``aside`` is where it goes
    without a script, if it would go into the INBOX and there is such a place.
    """

    account: AccountId
    content: ContentId
    envelope: Envelope
    recipient: str
    mailbox: MailboxId
    send: Send = field(repr=False)
    junk: bool = False
    vouched: bool = True
    muted: bool = False
    aside: MailboxId | None = None

    @property
    def when(self) -> int:
        """Seconds."""
        return self.envelope.arrived_at

    def keep(self, tx: Tx) -> None:
        """Put it where it goes without a script. Raises No when its quota is used up."""
        bits, keywords = (SEEN, [MUTED]) if self.muted else (0, [])
        messages.append(tx, self.aside or self.mailbox, self.content, bits, keywords, self.when, 0)
