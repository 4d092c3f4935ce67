"""Whole messages on their way in or out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .messages import Flags


@dataclass(frozen=True, slots=True)
class StoredItem:
    """A message of a folder, without its octets."""

    uid: int
    flags: Flags
    received: datetime
    size: int


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message that is brought in, with CRLF line ends. ``received`` None: now."""

    octets: bytes
    flags: Flags
    received: datetime | None
    message_id: str  # "" when it has none that can be looked for
