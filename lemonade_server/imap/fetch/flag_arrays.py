"""The flags of whole mailboxes in memory, two octets a message, for FETCH of all FLAGS.

They are kept for the mailboxes asked of lately, not for sessions: an idle session costs nothing.
What is kept is true at one mod-sequence. The store is asked what came after it, so keeping it up
costs as much as there are changes, and nobody is told flags that are not committed.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from lemonade_server.store.changes import Changes, changes_since
from lemonade_server.store.ids import MailboxId, Modseq
from lemonade_server.store.messages import all_flags
from lemonade_server.wire import numset

if TYPE_CHECKING:
    from lemonade_server.imap.view import View
    from lemonade_server.store.db import Tx

Kind: TypeAlias = tuple[int, str]  # bits and keywords, as in a message's row

MOST_KINDS = 1_000


@dataclass(slots=True)
class PackedFlags:
    """The flags of a mailbox at one mod-sequence; never changed in place.

    ``codes[n - 1]`` is the place among ``kinds`` of what message ``n`` has.
    """

    modseq: Modseq
    uids: array[int]
    codes: array[int]
    kinds: dict[Kind, int]


class FlagArrays:
    """The packed flags of this process, those asked of lately."""

    KEPT_OCTETS = 8 << 20

    def __init__(self) -> None:
        self._packed: dict[MailboxId, PackedFlags] = {}

    def find(self, mailbox: MailboxId) -> PackedFlags | None:
        """What is kept of a mailbox. From any thread."""
        return self._packed.get(mailbox)

    def keep(self, mailbox: MailboxId, packed: PackedFlags) -> None:
        """Keep the newest; in the event loop only."""
        self._packed.pop(mailbox, None)
        self._packed[mailbox] = packed
        octets = sum(each.codes.itemsize * len(each.codes) for each in self._packed.values())
        while octets > self.KEPT_OCTETS and len(self._packed) > 1:
            oldest = self._packed.pop(next(iter(self._packed)))
            octets -= oldest.codes.itemsize * len(oldest.codes)


def packed_flags(tx: Tx, view: View, known: PackedFlags | None) -> PackedFlags | None:
    """The flags of all messages of the view as they are now. None when the view is behind."""
    since = view.modseq if known is None else known.modseq
    changes = changes_since(tx, view.mailbox, since)
    if changes is None or changes.modseq != view.modseq:
        return None
    if known is not None:
        if known.modseq == view.modseq:
            return known
        packed = apply_changes(known, changes, view.uids)
        if packed is not None:
            return packed
    return _all(tx, view)


def apply_changes(known: PackedFlags, changes: Changes, uids: array[int]) -> PackedFlags | None:
    """What is known, brought up to the changes after it; None when they do not lead to ``uids``."""
    codes = _without(known, changes.vanished)
    kinds = dict(known.kinds)
    for uid, _, bits, keywords, _ in changes.changed:
        at = bisect_left(uids, uid)
        if at > len(codes) or at == len(uids) or uids[at] != uid:
            return None
        code = kinds.setdefault((bits, keywords), len(kinds))
        codes[at : at + 1] = array("H", [code])
    if len(codes) != len(uids) or len(kinds) > MOST_KINDS:
        return None
    return PackedFlags(changes.modseq, uids, codes, kinds)


def _without(known: PackedFlags, vanished: Sequence[tuple[int, int]]) -> array[int]:
    """A copy of the codes without those of some ranges of UIDs."""
    kept = array("H")
    start = 0
    for low, high in numset.merge(vanished):
        kept += known.codes[start : max(start, bisect_left(known.uids, low))]
        start = max(start, bisect_right(known.uids, high))
    kept += known.codes[start:]
    return kept


def _all(tx: Tx, view: View) -> PackedFlags | None:
    kinds: dict[Kind, int] = {}
    codes = array("H")
    for kind in all_flags(tx, view.mailbox):
        codes.append(kinds.setdefault(kind, len(kinds)))
        if len(kinds) > MOST_KINDS:
            return None
    if len(codes) != len(view.uids):
        return None
    return PackedFlags(view.modseq, view.uids, codes, kinds)
