"""What a script wants done with a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from .errors import Fault


@dataclass(slots=True)
class Store:
    """Put it into a mailbox; ``mailbox`` empty is where mail goes without a script.

    ``special_use`` is tried first (RFC 8579 §4). ``header``: the changed header block (RFC 5293).
    ``implicit``: no action asks for it, it is kept for nothing else was done (RFC 5228 §2.10.2).
    """

    mailbox: str = ""
    special_use: str = ""
    create: bool = False
    flags: list[str] = field(default_factory=list)
    header: bytes | None = None
    implicit: bool = field(default=False, compare=False)


@dataclass(slots=True)
class Redirect:
    """Send it on (RFC 5228 §4.2)."""

    address: str
    header: bytes | None = None


@dataclass(slots=True)
class Reject:
    """Refuse it with a reason (RFC 5429)."""

    reason: str


@dataclass(slots=True)
class Vacation:
    """Answer the sender, once in ``period`` seconds (RFC 5230).

    ``mime``: the reason is a MIME entity. ``handle`` tells answers apart for which the period is
    counted. ``header``: the changed header block, which is what decides who is answered (RFC 5293
    §7). ``copy``: where the answer is filed as well (RFC 8580).
    """

    reason: str
    period: int
    subject: str
    sender: str
    addresses: list[str]
    mime: bool
    handle: str
    header: bytes | None = None
    copy: Store | None = None


@dataclass(slots=True)
class Notify:
    """Tell somebody by a message of its own (RFC 5435, RFC 5436). ``method`` is a mailto URI."""

    method: str
    sender: str
    message: str
    importance: str
    header: bytes | None = None
    copy: Store | None = None


@dataclass(frozen=True, slots=True)
class Tracking:
    """Remember an identifier for so many seconds (RFC 7352). ``digest``: SHA-256 of it."""

    digest: bytes
    period: int


Action: TypeAlias = Store | Redirect | Reject | Vacation | Notify


@dataclass(slots=True)
class Outcome:
    """All actions in order. With a ``fault`` there are none but the implicit keep.

    ``trackings``: what is remembered if all goes well.
    """

    actions: list[Action] = field(default_factory=list)
    fault: Fault | None = None
    trackings: list[Tracking] = field(default_factory=list)
