"""MAILBOX-REFERRALS: RLIST and RLSUB (RFC 2193 §4).

They are for clients that can follow a referral to another server. Every mailbox is here, so they
answer what LIST and LSUB answer, and no command ever gives a referral.
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.ext.lists import list_mailboxes, lsub
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.wire.cursor import Cursor

NEEDS = ("lists",)

MAILBOX_REFERRALS = Capability(b"MAILBOX-REFERRALS", 2193, states.LOGGED_IN)


@command(b"RLIST", states=states.LOGGED_IN, capability=MAILBOX_REFERRALS)
async def rlist(session: Session, args: Cursor) -> Ok | None:
    """As LIST."""
    return await list_mailboxes(session, args)


@command(b"RLSUB", states=states.LOGGED_IN, capability=MAILBOX_REFERRALS)
async def rlsub(session: Session, args: Cursor) -> Ok | None:
    """As LSUB."""
    return await lsub(session, args)
