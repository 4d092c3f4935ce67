"""A message in a list and an opened one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from lemonade_server.wire.authentication_results import AuthenticationResults

from .conversations import Conversation
from .order import NEWEST_FIRST, Order
from .origin import Address, Origin
from .parts import MessagePart
from .signatures import Signature


class Flag(Enum):
    """The flags that a page knows (RFC 9051 §2.3.2)."""

    SEEN = "\\Seen"
    ANSWERED = "\\Answered"
    FORWARDED = "$Forwarded"
    FLAGGED = "\\Flagged"
    DRAFT = "\\Draft"
    DELETED = "\\Deleted"
    MUTED = "$Muted"


@dataclass(slots=True)
class Flags:
    """Flags as the pages use them; ``keywords`` holds every other one."""

    seen: bool = False
    answered: bool = False
    forwarded: bool = False
    flagged: bool = False
    draft: bool = False
    deleted: bool = False
    muted: bool = False
    keywords: list[str] = field(default_factory=list)

    def has(self, flag: Flag) -> bool:
        """Whether that flag is set."""
        return bool(getattr(self, flag.name.lower()))


@dataclass(slots=True)
class Row:
    """One line of a list. ``date`` is the sender's, else when it came; always with a zone."""

    uid: int
    flags: Flags
    origin: Origin
    recipients: list[Address]
    subject: str
    date: datetime
    received: datetime
    size: int
    preview: str
    has_attachments: bool
    conversation: Conversation | None = None  # whose newest message here it is; None in a flat list
    parts: list[MessagePart] = field(default_factory=list)  # its leaves, in order
    returns_at: datetime | None = None  # of one that is out of sight until then

    @property
    def sender(self) -> Address:
        """The first author."""
        return self.origin.first


@dataclass(slots=True)
class Page:
    """A slice of a folder in its order. ``first`` and ``last`` count from 1 at the top.

    ``older`` and ``newer`` lead on: UIDs for ``page(before_uid=…)`` and ``page(after_uid=…)``, or
    the places at which slices begin where they are told ``by_place``. None at the ends.
    """

    folder: str
    uidvalidity: int
    uidnext: int
    modseq: int  # 0: the server has no CONDSTORE
    exists: int
    unseen: int
    rows: list[Row]
    first: int
    last: int
    older: int | None
    newer: int | None
    uids: list[int] = field(default_factory=list)  # all of the slice; rows may be fewer (``known``)
    order: Order = NEWEST_FIRST
    by_place: bool = False


@dataclass(slots=True)
class OpenedMessage:
    """One opened message. ``text`` is ready to show; ``html`` is as sent: never show it raw."""

    folder: str
    uidvalidity: int
    uid: int
    flags: Flags
    subject: str
    origin: Origin
    reply_to: list[Address]
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    date: datetime
    received: datetime
    size: int
    message_id: str
    in_reply_to: str
    references: str
    list_unsubscribe: str
    list_unsubscribe_post: str  # RFC 8058; whether it can be believed is another question
    list_id: str  # of the mailing list that passed it on
    authentication: AuthenticationResults | None  # what our own mail server found out
    receipt_to: list[Address]  # who asks to be told that it was read
    text: str  # the plain text, flowed lines joined; made from the HTML when there is no plain text
    html: str  # "" when the message has no HTML body
    cut: bool  # the body is longer than we show
    parts: list[MessagePart]  # every leaf, in order
    attachments: list[MessagePart]
    converts: bool = False  # the server shows attachments in small (CONVERT)
    signature: Signature | None = None  # of S/MIME
    inside: str = ""  # the part of the message that this one is, when it is attached to it
    may_answer: bool = False  # a receipt may be sent: nobody did yet, and that can be noted

    @property
    def sender(self) -> Address:
        """The first author."""
        return self.origin.first
