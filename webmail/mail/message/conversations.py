"""A conversation, the messages that go back to one message, as a list shows it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from zlib import crc32

from .origin import Address


@dataclass(slots=True)
class Conversation:
    """What the row of a conversation says beside the message that stands for it.

    It speaks of its messages in one folder, which the row's actions are about. ``thread`` is the
    server's name of it (THREADID, RFC 8474), "" where it has none. ``uids`` are its messages, the
    newest first; of very many only the newest, when ``count`` is larger. ``elsewhere`` is how many
    there are in other folders, such as one's own answers: those have a part in
    ``has_attachments`` and ``people``, who wrote it, each once, in the order of the first messages,
    as many as fit into a row. ``state`` are facts that tell one version from another.
    """

    thread: str
    uids: list[int]
    count: int
    state: str
    elsewhere: int = 0
    unseen: int = 0
    flagged: bool = False
    answered: bool = False
    muted: bool = False
    has_attachments: bool = False
    people: list[Address] = field(default_factory=list)
    subject: str = ""  # of its first message

    @property
    def total(self) -> int:
        """How many messages whoever opens it finds."""
        return self.count + self.elsewhere

    @property
    def version(self) -> str:
        """Short, and another one when the row looks different."""
        facts = f"{self.uids} {self.count} {self.state}".encode("utf-8", "surrogateescape")
        return urlsafe_b64encode(crc32(facts).to_bytes(4, "big")[:3]).decode("ascii")
