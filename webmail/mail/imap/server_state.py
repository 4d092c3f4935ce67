"""What a connection knows of its server's mailboxes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class SelectedMailbox:
    """The selected mailbox as the server's last words leave it."""

    folder: str
    uidvalidity: int = 0
    uidnext: int = 0
    exists: int = 0
    modseq: int = 0
    read_only: bool = False
    keywords: bool = True  # new keywords may be stored
    marks: bool = True  # messages can be marked as read


@dataclass(slots=True)
class Namespaces:
    """Prefixes of the names of other users' folders, and of those that all share (RFC 2342)."""

    others: list[str]
    shared: list[str]
