"""How an outgoing message stands, as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .plan import AttachedFile


@dataclass(slots=True)
class Recipient:
    """One recipient of a sent message. ``state``: waiting, accepted, delivered, failed."""

    address: str
    state: str
    text: str = ""


@dataclass(slots=True)
class SendStatus:
    """How a message on its way stands, in words, and what it cost.

    ``moved``: octets on the IMAP and submission sockets, both ways.
    ``usual``: octets that fetching the kept parts, submitting and storing a copy would move, at
    least. ``shown``: the size of what stayed on the server, as people know it: decoded.
    """

    id: str
    state: str  # composed, submitting, accepted, delivered, failed
    text: str
    subject: str
    recipients: list[Recipient]
    moved: int
    usual: int
    shown: int
    forwards: bool  # another message
    attachments: list[AttachedFile]
    final: bool
    can_undo: bool  # it has not been handed over yet
    can_retry: bool
    can_cancel: bool  # the mail server holds it for later
    release_at: datetime | None  # when it is to be sent
