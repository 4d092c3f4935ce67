"""Greylisting: whoever is not known is put off once (RFC 6647).

Known is a triplet of origin, sender and recipient that came before, long enough ago. The origin is
the network of the host or, where SPF says that the host sends for it, the domain of the sender:
then any host of a large sender may come again.
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import time

from django.conf import settings

from lemonade_server.directory.addresses import domain_of
from lemonade_server.screening import authentication
from lemonade_server.store import limits
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.network_addresses import household
from lemonade_server.wire.smtp import RcptCommand

from .session import Session


async def judge(session: Session, recipient: RcptCommand) -> None:
    """Raises Reply 451 4.7.1 for a recipient whom this sender writes to for the first time."""
    if not settings.LEMONADE.greylist:
        return
    transaction = session.current
    sender = transaction.mail.address
    if not transaction.origin:
        transaction.origin = await _origin(session.conn.peer, session.helo, sender)
    triplet = _digest(transaction.origin, sender, recipient.address)
    now = int(time.time())
    if not await session.service.db.write(lambda tx: limits.is_known(tx, triplet, now)):
        minutes = limits.WAIT // 60
        raise Reply(451, "4.7.1", f"You are not known here yet: come again in {minutes} minutes")


async def _origin(peer: str, helo: str, sender: str) -> str:
    """SPF is asked for where such checks are wanted at all, and a report has no domain."""
    if sender and settings.LEMONADE.dmarc != "off":
        found = await asyncio.to_thread(authentication.spf_of, peer, helo, sender)
        if found == "pass":
            return domain_of(sender)
    return _network(peer)


def _network(peer: str) -> str:
    """Hosts that share a queue are neighbours: /24 of IPv4, /64 of IPv6."""
    found = household(peer)
    try:
        address = ipaddress.IPv4Address(found)
    except ValueError:
        return found
    return str(ipaddress.IPv4Network((address, 24), strict=False))


def _digest(*words: str) -> bytes:
    return hashlib.sha256("\n".join(words).lower().encode()).digest()
