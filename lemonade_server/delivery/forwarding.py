"""Mail that came from elsewhere and that an alias sends on elsewhere.

It goes as a message of its own, with Delivered-To in front and a sender that leads back to us
(``srs.py``), so that it neither fails SPF at the next host nor goes round for ever.
"""

from __future__ import annotations

import re
from dataclasses import replace

from django.conf import settings

from lemonade_server.store import ingest, queue
from lemonade_server.store.db import Tx
from lemonade_server.store.header_edits import with_header
from lemonade_server.store.ingest import Prepared
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import headers

from . import srs, trace
from .route import domain_of, is_local

SOURCE = "forward"
_ADDRESS = re.compile(r"[^<>\s]+@[^<>\s]+")


def has_been_at(header: bytes, address: str) -> bool:
    """Whether a message has passed an address already, by its own account."""
    for name, raw, _, _ in headers.each(header):
        if name.lower() == b"delivered-to":
            found = _ADDRESS.search(headers.unfold(raw).decode("utf-8", "replace"))
            if found is not None and found[0].lower() == address.lower():
                return True
    return False


def submit(
    tx: Tx, envelope: Envelope, alias: str, targets: list[Target], message: Prepared, added: bytes
) -> int:
    """Queue the message for what an alias leads to elsewhere; the submission's id."""
    sent = replace(
        envelope,
        sender=_sender(tx, envelope, alias),
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
    return srs.rewritten(sender, domain_of(alias), settings.SECRET_KEY, envelope.arrived_at)
