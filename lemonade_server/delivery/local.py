"""The last step for mail to an account of this server: a row in its INBOX."""

from __future__ import annotations

from lemonade_server.store import mailboxes, messages
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId, ContentId

INBOX = "INBOX"


def deliver(tx: Tx, account: AccountId, content: ContentId, when: int) -> None:
    """Put the content into the account's INBOX, unseen. Raises No when its quota is used up.

    An account that has no mailbox yet gets the usual ones first.
    """
    inbox = mailboxes.find(tx, account, INBOX)
    if inbox is None:
        mailboxes.provision(tx, account)
        inbox = mailboxes.find(tx, account, INBOX)
    if inbox is None:
        raise LookupError(f"account {account} has no INBOX")
    messages.append(tx, inbox.id, content, 0, [], when, 0)
