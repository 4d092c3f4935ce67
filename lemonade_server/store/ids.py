"""Numbers that must not be mixed up."""

from __future__ import annotations

import secrets
from typing import NewType

AccountId = NewType("AccountId", int)
MailboxId = NewType("MailboxId", int)
ContentId = NewType("ContentId", int)
BlobId = NewType("BlobId", int)
Uid = NewType("Uid", int)
Modseq = NewType("Modseq", int)


def names_of(account: AccountId) -> MailboxId:
    """What hints name when the mailboxes or subscriptions of an account change, not their mail."""
    return MailboxId(-account)


HIGHEST_UID = 2**32 - 1
"""What a UID can be at most (RFC 3501 §2.3.1.1)."""

LAST_MODSEQ = Modseq(2**63 - 1)
"""Greater than any mod-sequence: hints carry it when a mailbox is gone."""


def new_place() -> str:
    """Where a blob may be written: a place that was never used."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"
