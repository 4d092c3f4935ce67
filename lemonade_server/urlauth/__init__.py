"""Tickets for parts of messages (RFC 4467, 5092, 5593): issued, redeemed, revoked, counted.

IMAP and submission share this one implementation, in process.
"""

from .keys import find_key, reset_all, reset_mailbox
from .redemption import RedeemedTicket, Redeemer, Refusal, judge, resolve
from .tickets import access_user, check, count_use, generate, purge, revoke
from .url_targets import is_local, plain

__all__ = [
    "RedeemedTicket",
    "Redeemer",
    "Refusal",
    "access_user",
    "check",
    "count_use",
    "find_key",
    "generate",
    "is_local",
    "judge",
    "plain",
    "purge",
    "reset_all",
    "reset_mailbox",
    "resolve",
    "revoke",
]
