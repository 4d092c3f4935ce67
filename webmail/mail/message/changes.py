"""What changed in a mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field

from .folders import Folder
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
    ``newest``: the newest UIDs, in falling order, and ``folders``: every folder with its counts,
    if they were asked for and came with the same answer; else empty.
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
    newest: list[int] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
