"""Mail that came from elsewhere and that an alias sends on elsewhere.

It goes as a message of its own, with Delivered-To in front and a sender that leads back to us
(``srs.py``), so that it neither fails SPF at the next host nor goes round for ever.
"""

from __future__ import annotations

import re
from dataclasses import replace

from django.conf import settings

from lemonade_server.directory import srs
from lemonade_server.directory.addresses import domain_of, split_detail
from lemonade_server.directory.lookup import is_local
from lemonade_server.store import ingest, queue
from lemonade_server.store.db import Tx
from lemonade_server.store.header_edits import with_header
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import headers

from . import trace
from .route import Leg

SOURCE = "forward"
_ADDRESS = re.compile(r"[^<>\s]+@[^<>\s]+")


class EarlierDeliveries:
    """The addresses that a message was delivered for already, by its own account."""

    def __init__(self, header: bytes) -> None:
        self._delivered = _addresses_in(header, b"Delivered-To")
        # A filter that gets back what it has sent on keeps it (``filter_actions.py``).
        self._kept = (
            _addresses_in(header, b"X-Sieve-Redirected-From") if self._delivered else frozenset()
        )

    def judge(self, leg: Leg) -> None:
        """Let the leg fail with 5.4.6 where the message goes round (RFC 5321 §6.3)."""
        here = leg.account is not None
        address = (leg.address if here else leg.alias).lower()
        if not address or address not in self._delivered:
            return
        if here and f"{split_detail(address)[0]}@{domain_of(address)}" in self._kept:
            return
        leg.account, leg.status = None, "5.4.6"
        leg.reason = f"The message has been at {address} before: it goes round"


def _addresses_in(header: bytes, field: bytes) -> frozenset[str]:
    if headers.value(header, field) is None:
        return frozenset()
    return frozenset(
        found[0].lower()
        for name, raw, _, _ in headers.each(header)
        if name.lower() == field.lower()
        and (found := _ADDRESS.search(headers.unfold(raw).decode("utf-8", "replace")))
    )


def submit(
    tx: Tx, envelope: Envelope, alias: str, targets: list[Target], message: PreparedMessage,
    added: bytes, vouched: bool,
) -> int:  # fmt: skip
    """Queue the message for what an alias leads to elsewhere; the submission's id.

    Where nobody vouches for its sender it goes from <>: whoever refuses it must not tell a stranger
    whose name was used (RFC 5321 §6.2). The queue shows what became of it.
    """
    sent = replace(
        envelope,
        sender=_sender(tx, envelope, alias) if vouched else "",
        recipients=targets,
        source=SOURCE,
        id=0,
    )
    content = ingest.commit(tx, with_header(message, trace.delivered_to(alias) + added))
    return queue.submit(tx, sent, content)


def _sender(tx: Tx, envelope: Envelope, alias: str) -> str:
    sender = envelope.sender
    if not sender or is_local(tx, domain_of(sender)):
        return sender
    return srs.rewritten_sender(sender, domain_of(alias), settings.SECRET_KEY, envelope.arrived_at)
