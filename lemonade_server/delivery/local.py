"""The last step for mail to an account of this server: a row in one of its mailboxes."""

from __future__ import annotations

from lemonade_server.store import mailboxes, posting, scripts
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId, ContentId
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.queue import Envelope

from . import filters
from .arriving import Arriving, Send


def posted(tx: Tx, account: AccountId, recipient: str) -> MailboxRow | None:
    """The mailbox that the address itself names; only a ``+`` in it costs a query."""
    return posting.place(tx, account, recipient) if "+" in recipient else None


def deliver(
    tx: Tx, account: AccountId, content: ContentId, envelope: Envelope, recipient: str, send: Send
) -> str:
    """Put the content where the account's filter or the address says, or into INBOX, unseen.

    Why the filter refuses the message, empty when it does not. ``recipient`` is the address of the
    envelope that led here, ``send`` accepts messages that the filter makes. Raises No when the
    quota is used up. An account that has no mailbox yet gets the usual ones first.
    """
    found = scripts.inbox(tx, account)
    if found is None:
        mailboxes.provision(tx, account)
        found = scripts.inbox(tx, account)
    if found is None:
        raise LookupError(f"account {account} has no INBOX")
    inbox, script = found
    place = posted(tx, account, recipient)
    arriving = Arriving(account, content, envelope, recipient, (place or inbox).id, send)
    if script:
        return filters.run(tx, arriving, script)
    arriving.keep(tx)
    return ""
