"""A conversation, the messages that go back to one message, as it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .messages import Flags, OpenedMessage, Row

Place = tuple[str, int]
"""A folder and a UID in it."""


@dataclass(slots=True)
class Member:
    """A message of a conversation: where it lies, when it came, and its flags."""

    folder: str
    uidvalidity: int
    uid: int
    received: datetime
    flags: Flags

    @property
    def place(self) -> Place:
        """Which message it is, for this person."""
        return self.folder, self.uid


@dataclass(slots=True)
class ConversationMessage:
    """A message of an opened conversation: its line, and its text where that is open.

    ``before``: how many older ones stand before it that are not shown.
    """

    member: Member
    row: Row
    opened: OpenedMessage | None = None
    before: int = 0


@dataclass(slots=True)
class OpenedConversation:
    """A conversation whose messages are read one below the other, the oldest first.

    ``uids`` are those in the folder that it was opened in, newest first: what is done with the
    conversation is done with them. ``total`` counts all, ``messages`` are those that are shown.
    """

    folder: str
    uidvalidity: int
    thread: str
    uids: list[int]
    total: int
    messages: list[ConversationMessage]
    muted: bool = False
    flagged: bool = False
