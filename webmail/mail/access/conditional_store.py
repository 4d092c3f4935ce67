"""A keyword that one of several devices sets, and no second one: by a conditional STORE.

RFC 7162 §3.1.3. Without CONDSTORE nothing better than looking first is possible.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..imap.client import LemonadeClient
from ..message.errors import NotFound
from ..message.folders import StoredMessage
from ..message.responses import parse_fetch
from .fetching import GONE, fetch_one
from .listing import flags

TRIES = 5  # while somebody else changes other flags of the message


def set_once(
    imap: LemonadeClient, stored: StoredMessage, word: str, more: Sequence[str] = ()
) -> bool:
    """Set ``word``, with it ``more``; False when it was there, so that another device is the one.

    The mailbox must be entered. Raises NotFound when the message is gone.
    """
    words = f"({' '.join((*more, word))})".encode("ascii")
    for _ in range(TRIES):
        modseq, there = _look(imap, stored)
        if word.lower() in there:
            return False
        # Who knows mod-sequences tells the new one even so (RFC 7162 §3.1.3).
        only = [b"(UNCHANGEDSINCE %d)" % modseq] if modseq else []
        name = b"+FLAGS.SILENT" if modseq else b"+FLAGS"
        answer = imap.command(b"UID STORE", b"%d" % stored.uid, *only, name, words)
        if answer.code[0] != b"MODIFIED":
            answer.check()
            # A UID that is gone is passed over, and all is said to be well.
            if stored.uid not in parse_fetch(answer.data.get("FETCH", [])):
                raise NotFound(GONE)
            imap.stirred = True
            return True
    return False


def _look(imap: LemonadeClient, stored: StoredMessage) -> tuple[int, set[str]]:
    """The message's mod-sequence, 0 where there is none, and its keywords in lower case."""
    knows = bool(imap.selected and imap.selected.modseq)
    asked = b"(UID FLAGS MODSEQ)" if knows else b"(UID FLAGS)"
    items = fetch_one(imap, stored.folder, stored.uid, asked)
    there = {each.lower() for each in flags(items.get(b"FLAGS")).keywords}
    modseq = items.get(b"MODSEQ")
    if isinstance(modseq, list) and modseq and isinstance(modseq[0], int):
        return modseq[0], there
    return 0, there
