"""FUTURERELEASE: a message that is to be sent later (RFC 4865).

Its octets are fetched and stored at once; the sender can cancel it until it is released.
"""

from __future__ import annotations

import time

from lemonade_server.store import queue
from lemonade_server.wire import dates
from lemonade_server.wire.errors import Reply

from ..face import SUBMISSION
from ..registry import extension, parameter
from ..session import Session
from ..transaction import Transaction

NEEDS = ("mail",)

LONGEST = 366 * 86_400
"""Seconds that a message may be held."""

MOST_OCTETS = 1_073_741_824
"""What one account may have waiting for release (§6)."""


def _ehlo_value(session: Session) -> str:
    """The longest interval, and the latest date, which moves on (§3)."""
    latest = dates.rfc3339(int(time.time()) + LONGEST).decode("ascii")
    return f"{LONGEST} {latest}"


extension("FUTURERELEASE", rfc=4865, value=_ehlo_value, on=(SUBMISSION,))


@parameter("HOLDFOR", on=(SUBMISSION,))
async def hold_for(session: Session, transaction: Transaction, value: str) -> None:
    """Seconds from now."""
    if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) == 0:
        raise Reply(501, "5.5.4", "HOLDFOR needs a number of seconds")
    await _hold(session, transaction, int(time.time()) + int(value), f"for;{value}")


@parameter("HOLDUNTIL", on=(SUBMISSION,))
async def hold_until(session: Session, transaction: Transaction, value: str) -> None:
    """A time in UTC."""
    try:
        if not value.endswith(("Z", "z")):
            raise ValueError("it is not UTC")
        until = dates.parse_rfc3339(value.encode("ascii"))
    except ValueError as error:
        raise Reply(501, "5.5.4", "HOLDUNTIL is written 2026-02-01T09:00:00Z") from error
    if until <= time.time():
        raise Reply(501, "5.5.4", "HOLDUNTIL is in the past")
    await _hold(session, transaction, until, f"until;{value}")


async def _hold(session: Session, transaction: Transaction, until: int, asked: str) -> None:
    """Raises Reply."""
    now = int(time.time())
    if transaction.hold:
        raise Reply(501, "5.5.4", "Only one of HOLDFOR and HOLDUNTIL can be given")
    if until - now > LONGEST:
        raise Reply(501, "5.5.4", f"A message is held for {LONGEST} seconds at most")
    account = session.user.id
    held = await session.service.db.read(lambda tx: queue.held_octets(tx, account, now))
    if held + (transaction.mail.size or 0) > MOST_OCTETS:
        raise Reply(552, "5.7.16", "Too much of your mail is waiting for release")
    transaction.release_at, transaction.hold = until, asked
