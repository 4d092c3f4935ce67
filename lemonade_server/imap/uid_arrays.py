"""The UIDs of whole mailboxes in memory, four octets a message, shared by a process's sessions.

An array is never changed in place: a change makes a new one. What is kept is true at one
mod-sequence; who opens the mailbox later asks the store only for what came and went since.
"""

from __future__ import annotations

import weakref
from array import array
from typing import TYPE_CHECKING

from lemonade_server.imap.view import without
from lemonade_server.store import messages
from lemonade_server.store.changes import membership_since

if TYPE_CHECKING:
    from lemonade_server.store.db import Tx
    from lemonade_server.store.ids import MailboxId, Modseq
    from lemonade_server.store.mailboxes import MailboxRow


class UidArrays:
    """The newest UID array of each mailbox.

    It lives as long as a session uses it; those used last are kept longer, so that a client that
    reconnects is answered without reading the mailbox again.
    """

    KEPT_OCTETS = 32 << 20

    def __init__(self) -> None:
        self._newest: dict[MailboxId, tuple[Modseq, weakref.ref[array[int]]]] = {}
        self._kept: dict[MailboxId, array[int]] = {}
        self._octets = 0

    def newest(self, mailbox: MailboxId) -> tuple[Modseq, array[int]] | None:
        """The newest array of a mailbox and the mod-sequence that it is of. From any thread."""
        found = self._newest.get(mailbox)
        uids = None if found is None else found[1]()
        return None if found is None or uids is None else (found[0], uids)

    def find(self, mailbox: MailboxId, modseq: Modseq) -> array[int] | None:
        """The array of a mailbox at exactly this mod-sequence, if it is there. From any thread."""
        found = self.newest(mailbox)
        return found[1] if found is not None and found[0] == modseq else None

    def share(self, mailbox: MailboxId, modseq: Modseq, uids: array[int]) -> array[int]:
        """Offer an array; returns the one that all sessions use. In the event loop only."""
        found = self.newest(mailbox)
        if found is not None and found[0] == modseq:
            uids = found[1]
        elif found is not None and found[0] > modseq:
            return uids
        else:
            self._newest[mailbox] = modseq, weakref.ref(uids, lambda gone: self._end(mailbox, gone))
        self._keep(mailbox, uids)
        return uids

    def _keep(self, mailbox: MailboxId, uids: array[int]) -> None:
        previous = self._kept.pop(mailbox, None)
        self._kept[mailbox] = uids
        self._octets += uids.itemsize * (len(uids) - len(previous or ()))
        while self._octets > self.KEPT_OCTETS and len(self._kept) > 1:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._octets -= oldest.itemsize * len(oldest)

    def _end(self, mailbox: MailboxId, gone: weakref.ref[array[int]]) -> None:
        """Nobody uses this array any more. If it is mistaken for its successor, that is read."""
        found = self._newest.get(mailbox)
        if found is not None and found[1] is gone:
            self._newest.pop(mailbox, None)


def current_uids(tx: Tx, arrays: UidArrays, mailbox: MailboxRow) -> array[int]:
    """All UIDs of the mailbox as this transaction sees it.

    Of a mailbox whose array is known, only what came and went since is read.
    """
    known = arrays.newest(mailbox.id)
    if known is None or known[0] > mailbox.modseq:
        return messages.uids(tx, mailbox.id)
    modseq, uids = known
    if modseq == mailbox.modseq:
        return uids
    since = membership_since(tx, mailbox, modseq, uids[-1] if uids else 0)
    if since is None:
        return messages.uids(tx, mailbox.id)
    arrived, vanished = since
    if vanished:
        uids = without(uids, vanished)
    return uids + arrived if arrived else uids
