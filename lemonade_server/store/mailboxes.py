"""Mailboxes: making, renaming and removing them (RFC 3501 §6.3).

Names are Unicode with levels separated by ``/``; INBOX in any case is ``INBOX``.
"""

from __future__ import annotations

import time

from lemonade_server.wire.errors import No

from . import messages
from .errors import Gone
from .ids import LAST_MODSEQ, AccountId, MailboxId, Modseq, names_of
from .mailbox_rows import (
    MailboxRow,
    all_of,
    claim_recent,
    find,
    fold,
    get,
    lock,
    may,
    next_modseq,
    subscribe,
    subscriptions,
    unsubscribe,
)
from .sql import annotations as sql_annotations
from .sql import contents as sql_contents
from .sql import mailboxes as sql
from .sql import messages as sql_messages
from .tx import Tx

__all__ = [
    "STANDARD",
    "MailboxRow",
    "all_of",
    "checked",
    "claim_recent",
    "create",
    "delete",
    "delete_all",
    "find",
    "fold",
    "get",
    "lock",
    "may",
    "next_modseq",
    "provision",
    "rename",
    "subscribe",
    "subscriptions",
    "unsubscribe",
]

LONGEST_NAME = 1000
DEEPEST = 50
MOST_MAILBOXES = 10_000

STANDARD = (
    ("INBOX", ""),
    ("Drafts", "\\Drafts"),
    ("Sent", "\\Sent"),
    ("Junk", "\\Junk"),
    ("Trash", "\\Trash"),
    ("Archive", "\\Archive"),
)
"""What each new account has, with its special use (RFC 6154)."""


def provision(tx: Tx, account: AccountId) -> None:
    """Make the standard mailboxes that the account lacks, and subscribe to them."""
    _lock_names(tx, account)
    for name, special_use in STANDARD:
        if tx.row(sql.BY_NAME, (account, name)) is None:
            _insert(tx, account, name, special_use)
            subscribe(tx, account, name)


def create(tx: Tx, account: AccountId, name: str, special_use: str = "") -> MailboxRow:
    """Make a mailbox and its missing parents (B-32). Raises No ALREADYEXISTS, CANNOT, LIMIT.

    A name that existed before gets a greater UIDVALIDITY (B-06).
    """
    name = checked(name)
    _lock_names(tx, account)
    found = find(tx, account, name)
    if found is not None and not found.noselect:
        raise No("a mailbox of this name exists already", b"ALREADYEXISTS")
    if found is not None:
        tx.execute(sql.DELETE, (found.id,))
    _make_parents(tx, account, name)
    _insert(tx, account, name, special_use)
    made = find(tx, account, name)
    assert made is not None
    if found is not None:
        tx.execute(sql_annotations.MOVE, (made.id, found.id))
    tx.hint(made.id, made.modseq)
    return made


def _lock_names(tx: Tx, account: AccountId) -> None:
    """Let only one transaction at a time change which mailboxes there are. Raises Gone."""
    if tx.row(sql.LOCK_ACCOUNT, (account,)) is None:
        raise Gone("account")


def checked(name: str) -> str:
    """A name that can be given to a mailbox, folded. Raises No CANNOT."""
    name = fold(name.removesuffix("/"))
    levels = name.split("/")
    if not all(levels) or len(levels) > DEEPEST or len(name) > LONGEST_NAME:
        raise No("a mailbox can't have this name", b"CANNOT")
    if any(ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u2028\u2029" for char in name):
        raise No("a mailbox name can't hold control characters", b"CANNOT")
    if any(char in "*%" for char in name):
        raise No("a mailbox name can't hold * or %", b"CANNOT")
    return name


def _make_parents(tx: Tx, account: AccountId, name: str) -> None:
    """Make the mailboxes above ``name`` that are missing; they can be selected."""
    levels = name.split("/")
    for depth in range(1, len(levels)):
        _insert(tx, account, "/".join(levels[:depth]), "")


def _next_uidvalidity(tx: Tx, account: AccountId) -> int:
    now = int(time.time())
    found = tx.value(sql.NEXT_UIDVALIDITY, (now, now, account))
    if found is None:
        raise Gone("account")
    return int(found)


def _insert(
    tx: Tx, account: AccountId, name: str, special_use: str, noselect: bool = False
) -> None:
    if tx.row(sql.BY_NAME, (account, name)) is not None:
        return
    if tx.value(sql.COUNT, (account,)) >= MOST_MAILBOXES:
        raise No(f"an account has at most {MOST_MAILBOXES} mailboxes", b"LIMIT")
    uidvalidity = _next_uidvalidity(tx, account)
    now = int(time.time())
    tx.row(sql.INSERT, (account, name, uidvalidity, special_use, noselect, now))
    _tell_names(tx, account)


def _tell_names(tx: Tx, account: AccountId) -> None:
    """Wake those who want to know which mailboxes there are."""
    tx.hint(names_of(account), Modseq(1))


def delete(tx: Tx, account: AccountId, name: str) -> None:
    """Remove a mailbox and its messages; one with children leaves their parent behind (B-32).

    The parent has an id of its own: a session that still has the old one selected finds nothing
    (B-06). The subscription stays. Raises No NONEXISTENT, CANNOT (INBOX) or HASCHILDREN.
    """
    _lock_names(tx, account)
    mailbox = find(tx, account, name)
    if mailbox is None:
        raise No("the mailbox does not exist", b"NONEXISTENT")
    if mailbox.name == "INBOX":
        raise No("INBOX can't be deleted", b"CANNOT")
    parent = any(other.name.startswith(f"{mailbox.name}/") for other in all_of(tx, account))
    if parent and mailbox.noselect:
        raise No("the mailbox has children", b"HASCHILDREN")
    _empty(tx, mailbox.id)
    tx.execute(sql.DELETE, (mailbox.id,))
    if parent:
        _insert(tx, account, mailbox.name, "", noselect=True)
    tx.hint(mailbox.id, LAST_MODSEQ)
    _tell_names(tx, account)


def delete_all(tx: Tx, account: AccountId) -> None:
    """Remove every mailbox of an account, INBOX too, before the account itself goes."""
    for mailbox in all_of(tx, account):
        _empty(tx, mailbox.id)
        tx.execute(sql.DELETE, (mailbox.id,))
        tx.hint(mailbox.id, LAST_MODSEQ)


def _empty(tx: Tx, mailbox: MailboxId) -> None:
    """Take out the messages, and all that knows the mailbox by its id."""
    lock(tx, mailbox)
    tx.execute(sql_contents.RELEASE_MAILBOX, (int(time.time()), mailbox))
    tx.execute(sql_messages.DELETE_ALL, (mailbox,))
    for statement in (
        sql.FORGET_TICKETS, sql.FORGET_KEYS, sql.FORGET_VANISHED, sql_annotations.FORGET
    ):  # fmt: skip
        tx.execute(statement, (mailbox,))


def rename(tx: Tx, account: AccountId, old: str, new: str) -> None:
    """Rename a mailbox and those below it; UIDs and UIDVALIDITY stay (B-11).

    Renaming INBOX moves its messages into a new mailbox; INBOX and its children stay. Raises No
    NONEXISTENT, ALREADYEXISTS or CANNOT.
    """
    _lock_names(tx, account)
    mailbox = find(tx, account, old)
    if mailbox is None:
        raise No("the mailbox does not exist", b"NONEXISTENT")
    new = checked(new)
    if tx.row(sql.BY_NAME, (account, new)) is not None:
        raise No("a mailbox of this name exists already", b"ALREADYEXISTS")
    if mailbox.name == "INBOX":
        target = create(tx, account, new)
        messages.move(tx, mailbox.id, messages.uids(tx, mailbox.id), target.id)
        tx.execute(sql_annotations.COPY, (target.id, mailbox.id))
        return
    below = f"{mailbox.name}/"
    if new.startswith(below):
        raise No("a mailbox can't be moved below itself", b"CANNOT")
    family = [other for other in all_of(tx, account) if other.name.startswith(below)]
    longest = max((len(other.name) for other in family), default=0)
    if longest - len(mailbox.name) + len(new) > LONGEST_NAME:
        raise No("the names of the mailboxes below would be too long", b"CANNOT")
    _make_parents(tx, account, new)
    for other in (mailbox, *family):
        tx.execute(sql.SET_NAME, (new + other.name[len(mailbox.name) :], other.id))
    _tell_names(tx, account)
