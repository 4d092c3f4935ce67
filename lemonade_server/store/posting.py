"""Addresses of mailboxes: what is sent to ``alice+Sent@…`` goes into Sent, where anyone may post.

The right ``p`` of ``anyone`` allows it (RFC 4314 §2.1, draft-melnikov-imap-postaddress-03 §3): a
mailbox takes nothing from outside before its owner says so.
"""

from __future__ import annotations

import re

from .granted import rights_of
from .ids import AccountId
from .mailbox_rows import MailboxRow
from .sql import access as sql
from .sql import mailboxes as sql_mailboxes
from .tx import Tx

ANYONE = AccountId(0)
LONGEST_LOCAL_PART = 64  # octets (RFC 5321 §4.5.3.1.1)

_DOT_STRING = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def place(tx: Tx, account: AccountId, address: str) -> MailboxRow | None:
    """The mailbox that the ``+detail`` of a recipient's address names, if it may be posted to."""
    detail = address.rpartition("@")[0].partition("+")[2]
    if not detail:
        return None
    found = tx.row(sql_mailboxes.BY_NAME, (account, detail))
    mailbox = MailboxRow(*found) if found else None
    if mailbox is None or mailbox.noselect or "p" not in rights_of(tx, ANYONE, mailbox.id):
        return None
    return mailbox


def address_of(tx: Tx, account: AccountId, mailbox: MailboxRow, name: str) -> str | None:
    """The address that delivers into a mailbox; None where nobody may, or none can be written.

    ``name`` is the one it has in its owner's account.
    """
    email: str | None = tx.value(sql.OWNER_ADDRESS, (mailbox.account,))
    if email is None or "@" not in email or mailbox.noselect:
        return None
    if name == "INBOX" and mailbox.account == account:
        return email
    if "p" not in rights_of(tx, ANYONE, mailbox.id):
        return None
    local, _, domain = email.rpartition("@")
    detailed = local if name == "INBOX" else f"{local}+{name}"
    if len(detailed) > LONGEST_LOCAL_PART or _DOT_STRING.fullmatch(detailed) is None:
        return None
    return f"{detailed}@{domain}"
