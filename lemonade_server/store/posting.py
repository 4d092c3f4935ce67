"""Addresses of mailboxes: what is sent to ``alice+Work/Bills@…`` goes into Work/Bills.

Every mailbox that exists takes mail so, as RFC 5233 describes it. Its owner closes one by taking
the right ``p`` from everybody: ``SETACL Sent -anyone p`` (RFC 4314 §2.1).
"""

from __future__ import annotations

import re

from .effective_rights import rights_of
from .ids import AccountId, MailboxId
from .mailbox_rows import MailboxRow
from .sql import access as sql
from .tx import Tx

ANYONE = AccountId(0)
LONGEST_LOCAL_PART = 64  # octets (RFC 5321 §4.5.3.1.1)

_DOT_STRING = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def is_open(tx: Tx, mailbox: MailboxId) -> bool:
    """Whether the mailbox takes mail by its address."""
    taken: str | None = tx.value(sql.ONE, (mailbox, ANYONE, True))
    return taken is None or "p" not in taken


def address_of(tx: Tx, account: AccountId, mailbox: MailboxRow, name: str) -> str | None:
    """The address that delivers into a mailbox; None where none does, or none can be written.

    ``name`` is the one it has in its owner's account. Somebody else is told it who has the right
    ``p`` (draft-melnikov-imap-postaddress-03 §3).
    """
    email: str | None = tx.value(sql.PERSON_ADDRESS, (mailbox.account,))
    if email is None or "@" not in email or mailbox.noselect:
        return None
    if name == "INBOX" and mailbox.account == account:
        return email
    if mailbox.account != account and "p" not in rights_of(tx, account, mailbox.id):
        return None
    if name != "INBOX" and not is_open(tx, mailbox.id):
        return None
    local, _, domain = email.rpartition("@")
    detailed = local if name == "INBOX" else f"{local}+{name}"
    if len(detailed) > LONGEST_LOCAL_PART or _DOT_STRING.fullmatch(detailed) is None:
        return None
    return f"{detailed}@{domain}"
