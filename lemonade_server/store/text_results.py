"""What searches for texts have found, kept in memory: four octets for each message that was found.

To look into the texts of 100,000 messages takes a quarter of a second, and what a message says
never changes. A client asks for the same several times: how much there is, then a page of it, then
the next one; and again whenever mail comes. Only what is new is looked through then.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from .ids import Modseq, Uid
from .lasting import LastingOfMailboxes
from .mailbox_rows import MailboxRow
from .search_tree import (
    All,
    And,
    AttachmentName,
    Day,
    HasAttachment,
    Header,
    Node,
    Not,
    Or,
    SameContent,
    Size,
    TextSearch,
    reads_text,
)
from .tx import Tx

LASTING = All | HasAttachment | AttachmentName | Day | Header | SameContent | Size | TextSearch
"""Keys of which a message is found always or never."""
LONGEST = 10_000
"""Characters of a program that is kept."""

Look = Callable[[list[int] | None], list[Uid]]
"""Of some UIDs, or of all, those that are found; they ascend."""


@dataclass(frozen=True, slots=True)
class TextResult:
    """UIDs of what was found up to UID ``upto``, ascending; some are ``gone``."""

    uids: array[int]
    modseq: Modseq
    upto: int
    gone: frozenset[int] = frozenset()

    @property
    def octets(self) -> int:
        """About the memory that it takes."""
        return 500 + self.uids.itemsize * len(self.uids)

    def find(self, upto: int) -> list[Uid]:
        """Those up to a UID that are there."""
        found = self.uids[: bisect_right(self.uids, upto)].tolist()
        gone = self.gone
        return cast(list[Uid], [uid for uid in found if uid not in gone] if gone else found)


def is_lasting(node: Node) -> bool:
    """Whether a program looks into texts, and a message that it finds is found for ever."""
    return reads_text(node) and _lasts(node)


def _lasts(node: Node) -> bool:
    match node:
        case And() | Or():
            return all(map(_lasts, node.nodes))
        case Not():
            return _lasts(node.node)
    return isinstance(node, LASTING)


class TextResultsOfMailboxes:
    """The results of the searches that were asked for last, of all that this process serves."""

    KEPT_OCTETS = 8 << 20

    def __init__(self) -> None:
        self._kept = LastingOfMailboxes[TextResult](self.KEPT_OCTETS)

    def knows(self, mailbox: MailboxRow, node: Node) -> bool:
        """Whether what a program found is kept, maybe of before the last changes."""
        return self._kept.find((mailbox.id, mailbox.uidvalidity, repr(node))) is not None

    def find(
        self, tx: Tx, mailbox: MailboxRow, node: Node, upto: int, look: Look
    ) -> list[Uid] | None:
        """UIDs of what a program finds; None for one that is not kept."""
        key = repr(node)
        if len(key) > LONGEST or not is_lasting(node):
            return None
        last = mailbox.uidnext - 1

        def read() -> TextResult:
            return TextResult(array("I", look(None)), mailbox.modseq, last)

        def follow(known: TextResult, new: list[int], gone: frozenset[int]) -> TextResult | None:
            if len(new) + len(gone) > mailbox.messages // 16 + 64:
                return None
            uids = known.uids + array("I", look(new)) if new else known.uids
            return replace(known, uids=uids, modseq=mailbox.modseq, upto=last, gone=gone)

        return self._kept.current(tx, mailbox, key, read, follow).find(upto)
