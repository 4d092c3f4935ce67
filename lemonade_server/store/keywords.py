"""Keywords of a mailbox: one spelling each, a limited number (B-61)."""

from __future__ import annotations

from collections.abc import Sequence

from lemonade_server.wire.errors import No

from .flags import join
from .ids import MailboxId
from .sql import mailboxes as sql
from .tx import Tx

MOST = 200
LONGEST = 100


def admit(tx: Tx, mailbox_id: MailboxId, known: str, wanted: Sequence[Sequence[str]]) -> list[str]:
    """Each list of keywords as a message row holds it, spelled as the mailbox knows them.

    ``known`` are the mailbox's keywords; its row is locked. New ones are added to them. Raises No
    LIMIT when they are too many or too long.
    """
    if not any(wanted):
        return [""] * len(wanted)
    spelling = {word.lower(): word for word in known.split()}
    before = len(spelling)
    for keywords in wanted:
        for word in keywords:
            spelling.setdefault(word.lower(), word)
            if len(word) > LONGEST:
                raise No("this keyword is too long", b"LIMIT")
    if len(spelling) > max(MOST, before):
        raise No("the mailbox has too many keywords", b"LIMIT")
    if len(spelling) > before:
        tx.execute(sql.SET_KEYWORDS, (join(spelling.values()), mailbox_id))
    return [join({spelling[word.lower()] for word in keywords}) for keywords in wanted]
