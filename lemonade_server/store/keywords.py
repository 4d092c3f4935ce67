"""Keywords of a mailbox: one spelling each, a limited number (B-61)."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import LimitReached, TooLarge
from .flags import join
from .ids import MailboxId
from .muting import is_muting, note_muting
from .sql import mailboxes as sql
from .tx import Tx

MOST = 200
LONGEST = 100
ALWAYS = frozenset(
    word.lower()
    for word in (
        "$Forwarded",
        "$MDNSent",
        "$SubmitPending",
        "$Submitted",
        "$Junk",
        "$NotJunk",
        "$Phishing",
    )
)
"""These can always be stored (RFC 5550 §5.9, §5.10, RFC 9051 §2.3.2)."""


def admit(tx: Tx, mailbox_id: MailboxId, known: str, wanted: Sequence[Sequence[str]]) -> list[str]:
    """Each list of keywords as a message row holds it, spelled as the mailbox knows them.

    ``known`` are the mailbox's keywords; its row is locked. New ones are added to them. Raises
    LimitReached when they are too many, TooLarge when one is too long.
    """
    if not any(wanted):
        return [""] * len(wanted)
    spelling = {word.lower(): word for word in known.split()}
    before = len(spelling)
    counted = len(spelling.keys() - ALWAYS)
    for keywords in wanted:
        for word in keywords:
            spelling.setdefault(word.lower(), word)
            if len(word) > LONGEST:
                raise TooLarge("keyword", LONGEST, "this keyword is too long")
    if len(spelling.keys() - ALWAYS) > max(MOST, counted):
        raise LimitReached("keywords", MOST, "the mailbox has too many keywords")
    if len(spelling) > before:
        if any(map(is_muting, spelling.keys() - known.lower().split())):
            note_muting(tx, mailbox_id)
        tx.execute(sql.SET_KEYWORDS, (join(spelling.values()), mailbox_id))
    return [join({spelling[word.lower()] for word in keywords}) for keywords in wanted]
