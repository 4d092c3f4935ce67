"""The last step for mail to an account of this server: a row in one of its mailboxes."""

from __future__ import annotations

from lemonade_server.store import mailboxes, messages, muting, scripts
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import TargetNotFound
from lemonade_server.store.ids import AccountId, ContentId
from lemonade_server.store.messages import NewMessage
from lemonade_server.store.queue import Envelope
from lemonade_server.store.stored_columns import StoredColumns

from . import filters, target_mailbox
from .local_message import LocalMessage, Send


def deliver(
    tx: Tx,
    account: AccountId,
    content: ContentId,
    envelope: Envelope,
    recipient: str,
    send: Send,
    detail: str = "",
    junk: bool = False,
    vouched: bool = True,
    muted: bool = False,
) -> str:
    """Put the content where the account's filter says, or where it lands without one, unseen.

    Why the filter refuses the message, empty when it does not. ``recipient`` is the address of the
    envelope that led here, ``send`` accepts messages that the filter makes; ``detail`` and ``junk``
    as of ``target_mailbox.py``, ``vouched`` as of ``acceptance.py``; ``muted``: the account has
    muted its conversation. Raises No when the quota is used up. An account that has no mailbox yet
    gets the usual ones first.
    """
    found = scripts.inbox(tx, account)
    if found is None:
        mailboxes.provision(tx, account)
        found = scripts.inbox(tx, account)
    if found is None:
        raise LookupError(f"account {account} has no INBOX")
    inbox, script = found
    mailbox = (
        target_mailbox.find_target(tx, account, detail, junk) if detail or junk else None
    ) or inbox.id
    muted = muted and not junk
    aside = muting.find_archive(tx, account) if muted and mailbox == inbox.id else None
    arriving = LocalMessage(
        account, content, envelope, recipient, mailbox, send, junk, vouched, muted, aside
    )
    if script:
        return filters.run(tx, arriving, script)
    arriving.keep(tx)
    return ""


def deliver_to_inbox(
    tx: Tx, account: AccountId, content: ContentId, repeated: StoredColumns, when: int
) -> None:
    """Put a content, stored with one use for this, into the INBOX of an account without a filter.

    Raises as ``deliver``.
    """
    new = NewMessage(content, 0, [], when, repeated=repeated)
    try:
        messages.append_to_inbox(tx, account, new)
    except TargetNotFound:
        mailboxes.provision(tx, account)
        messages.append_to_inbox(tx, account, new)


def put_as_junk(tx: Tx, account: AccountId, content: ContentId, when: int) -> None:
    """Put the content, which the account's filter does not want, among its spam, else in INBOX.

    Raises No when the quota is used up.
    """
    mailbox = target_mailbox.find_target(tx, account, "", junk=True)
    if mailbox is None:
        found = scripts.inbox(tx, account)
        if found is None:
            raise LookupError(f"account {account} has no INBOX")
        mailbox = found[0].id
    messages.append(tx, mailbox, content, 0, [], when, 0)
