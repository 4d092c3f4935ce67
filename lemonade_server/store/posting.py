"""Addresses of mailboxes: what is sent to ``alice+Sent@…`` goes into Sent, where anyone may post.

The right ``p`` of ``anyone`` allows it (RFC 4314 §2.1, draft-melnikov-imap-postaddress-03 §3): a
mailbox takes nothing from outside before its owner says so.
"""

from __future__ import annotations

import re

from .granted import rights_of
from .ids import AccountId, MailboxId
from .mailbox_rows import MailboxRow
from .sql import access as sql
from .tx import Tx

ANYONE = AccountId(0)
LONGEST_LOCAL_PART = 64  # octets (RFC 5321 §4.5.3.1.1)

_DOT_STRING = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def is_open(tx: Tx, mailbox: MailboxId) -> bool:
    """Whether anyone may post to the mailbox by its address."""
    return "p" in rights_of(tx, ANYONE, mailbox)


def address_of(tx: Tx, account: AccountId, mailbox: MailboxRow, name: str) -> str | None:
    """The address that delivers into a mailbox; None where nobody may, or none can be written.

    ``name`` is the one it has in its owner's account.
    """
    email: str | None = tx.value(sql.OWNER_ADDRESS, (mailbox.account,))
    if email is None or "@" not in email or mailbox.noselect:
        return None
    if name == "INBOX" and mailbox.account == account:
        return email
    if not is_open(tx, mailbox.id):
        return None
    local, _, domain = email.rpartition("@")
    detailed = local if name == "INBOX" else f"{local}+{name}"
    if len(detailed) > LONGEST_LOCAL_PART or _DOT_STRING.fullmatch(detailed) is None:
        return None
    return f"{detailed}@{domain}"
