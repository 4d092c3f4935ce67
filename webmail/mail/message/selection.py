"""Which messages of a folder an action is about, said so shortly that it takes one command."""

from __future__ import annotations

from dataclasses import dataclass

from .numbers import uid_number
from .query import EVERYTHING, SearchTree


@dataclass(frozen=True, slots=True)
class Selection:
    """``uids`` is a set as IMAP writes it. Without it: all up to ``upto`` that ``tree`` finds.
    ``changed`` narrows it to what was changed last within these
    mod-sequences, both included (RFC 7162); (0, 0) narrows nothing.
    """

    uids: str = ""
    tree: SearchTree = EVERYTHING
    upto: int = 0
    changed: tuple[int, int] = (0, 0)

    @property
    def is_set(self) -> bool:
        """Whether UIDs name them, so that nothing has to be searched for."""
        return bool(self.uids) and not self.changed[1]


@dataclass(frozen=True, slots=True)
class Survey:
    """How things stood before an action: ``asked`` messages of the folder were meant, and what
    comes into the target gets UIDs from ``uidnext`` on (0: it has no target, or none is known).
    By it one who takes the action up again finds what has been done.
    """

    asked: int
    modseq: int = 0
    uidvalidity: int = 0
    uidnext: int = 0


@dataclass(frozen=True, slots=True)
class MessageTrace:
    """By what a message is found again in another folder: its Message-ID and its octets."""

    uid: int
    message_id: str
    size: int

    @property
    def facts(self) -> tuple[str, int]:
        """What stays the same wherever it lies."""
        return self.message_id, self.size


@dataclass(slots=True)
class FiledMessages:
    """What was moved: ``uids`` is the set that they have in ``target``, "" when that is not known.

    ``asked`` were meant, ``count`` were moved.
    """

    source: str
    target: str
    uidvalidity: int
    uids: str
    count: int
    asked: int


@dataclass(slots=True)
class MarkedMessages:
    """What was marked: of ``asked`` messages those of ``changed`` were not so before."""

    asked: int
    changed: Selection | None  # None: none, or nobody knows which


def count_of_set(text: str) -> int:
    """How many UIDs a set names; 0 for nonsense."""
    count = 0
    for piece in text.split(","):
        low, _, high = piece.partition(":")
        first, last = uid_number(low) or 0, uid_number(high or low) or 0
        if not 0 < first <= last:
            return 0
        count += last - first + 1
    return count
