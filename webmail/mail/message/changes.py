"""What changed in a mailbox."""

from __future__ import annotations

from dataclasses import dataclass

from .messages import Flags, Row


@dataclass(slots=True)
class FlagChange:
    """The flags that a message has now."""

    uid: int
    flags: Flags


@dataclass(slots=True)
class Changes:
    """What changed in the window ``low..`` of a folder since a mod-sequence. RFC 7162.

    ``reset``: the folder was made anew (UIDVALIDITY): drop everything and load the page again.
    ``octets`` counts what the IMAP socket carried for this, both ways.
    """

    folder: str
    uidvalidity: int
    modseq: int
    reset: bool
    rows: list[Row]
    flags: list[FlagChange]
    vanished: list[int]
    exists: int
    unseen: int
    uidnext: int
    octets: int
