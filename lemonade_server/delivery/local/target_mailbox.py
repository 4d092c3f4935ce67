"""Which mailbox of an account a message is for, when no filter of its owner says otherwise."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

from lemonade_server.store import posting
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.sql import mailboxes as sql
from lemonade_server.wire import utf7


def find_target(tx: Tx, account: AccountId, detail: str, junk: bool) -> MailboxId | None:
    r"""The mailbox with the use \Junk for spam, else the one that ``detail`` names; None: INBOX.

    A mailbox is never made for an address that anybody can invent.
    """
    if junk:
        found = tx.value(sql.WITH_USE, (account, "%\\Junk%"))
        return None if found is None else MailboxId(found)
    return _find_by_name(tx, account, detail) if detail else None


def _find_by_name(tx: Tx, account: AccountId, detail: str) -> MailboxId | None:
    """In its own case first, then in any: senders and hosts on the way change it.

    An address in ASCII may have the name in the modified UTF-7 of IMAP. A mailbox that its owner
    has closed is not found (``store/posting.py``).
    """
    spellings = [detail]
    with suppress(ValueError):
        spellings.append(utf7.decode(detail.encode("ascii")))
    found = tx.rows(sql.SELECTABLE, (account, False))
    mailboxes = [(str(name), MailboxId(number)) for number, name in found]
    for fold in (_normal_form, _fold_case):
        wanted = {fold(spelling) for spelling in spellings}
        for name, number in mailboxes:
            if fold(name) in wanted and posting.is_open(tx, number):
                return number
    return None


def _normal_form(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _fold_case(name: str) -> str:
    return _normal_form(name).casefold()
