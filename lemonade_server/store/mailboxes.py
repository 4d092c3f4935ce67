"""Mailboxes: making, renaming and removing them (RFC 3501 §6.3).

Names are Unicode with levels separated by ``/``; INBOX in any case is ``INBOX``. A name may lead
to somebody else's mailboxes: what is done there is judged here by the rights in them (RFC 4314 §4).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from . import message_annotations, messages, staging
from .access import inherit, shared_with
from .errors import (
    AlreadyExists,
    Denied,
    Gone,
    HasChildren,
    Impossible,
    LimitReached,
    NotFound,
    SpecialUseRefused,
)
from .ids import LAST_MODSEQ, AccountId, MailboxId, Modseq, names_of
from .mailbox_rows import (
    MailboxRow,
    all_of,
    as_seen_by_others,
    claim_recent,
    find,
    find_with_rights,
    get,
    lock,
    may,
    need,
    next_modseq,
    rights,
    subscribe,
    subscriptions,
    unsubscribe,
)
from .namespaces import OTHERS, SHARED, Place, fold, is_foreign, locate
from .sql import access as sql_access
from .sql import annotations as sql_annotations
from .sql import contents as sql_contents
from .sql import mailboxes as sql
from .sql import message_annotations as sql_message_annotations
from .sql import messages as sql_messages
from .tx import Tx

__all__ = [
    "FEW",
    "STANDARD",
    "MailboxRow",
    "RestOfInbox",
    "all_of",
    "check_name",
    "claim_recent",
    "create",
    "delete",
    "delete_all",
    "find",
    "find_with_rights",
    "fold",
    "get",
    "is_foreign",
    "lock",
    "may",
    "may_create",
    "need",
    "next_modseq",
    "provision",
    "rename",
    "rights",
    "shared_with",
    "subscribe",
    "subscriptions",
    "unsubscribe",
]

LONGEST_NAME = 1000
DEEPEST = 50
MOST_MAILBOXES = 10_000

FEW = 1_000
"""So many messages go together with their mailbox."""

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
    """Make a mailbox and its missing parents (B-32).

    Among somebody else's it needs ``k`` in the nearest mailbox above, and can have no special use.
    Raises AlreadyExists, Impossible, LimitReached, Denied, SpecialUseRefused.
    """
    name = check_name(name)
    place = locate(tx, account, name)
    if place.prefix:
        if not may_create(tx, account, place):
            raise Denied("no mailbox can be made there")
        if special_use:
            raise SpecialUseRefused("somebody else's mailbox can't be given a special use")
    made = make(tx, place.owner, place.name, special_use)
    return as_seen_by_others(made, place.prefix) if place.prefix else made


def make(tx: Tx, owner: AccountId, name: str, special_use: str = "") -> MailboxRow:
    """Make a mailbox for its owner, by the owner's name for it, whoever asked.

    A name that existed before gets a greater UIDVALIDITY (B-06).
    """
    _lock_names(tx, owner)
    found = _find_by_name(tx, owner, name)
    if found is not None and not found.noselect:
        raise AlreadyExists("mailbox", "a mailbox of this name exists already")
    if found is not None:
        tx.execute(sql_access.FORGET, (found.id,))
        tx.execute(sql.DELETE, (found.id,))
    _make_parents(tx, owner, name)
    _insert(tx, owner, name, special_use)
    made = _find_by_name(tx, owner, name)
    assert made is not None
    if found is not None:
        tx.execute(sql_annotations.MOVE, (made.id, found.id))
    tx.hint(made.id, made.modseq)
    return made


def may_create(tx: Tx, account: AccountId, place: Place) -> bool:
    """Whether a mailbox may be made there: ``k`` in the nearest one above it (RFC 4314 §4)."""
    if place.owner == account:
        return True
    name = place.name
    while "/" in name:
        name = name.rpartition("/")[0]
        above = _find_by_name(tx, place.owner, name)
        if above is not None:
            return may(tx, account, above, "k")
    return False


def _find_by_name(tx: Tx, owner: AccountId, name: str) -> MailboxRow | None:
    found = tx.row(sql.BY_NAME, (owner, name))
    return MailboxRow(*found) if found else None


def _lock_names(tx: Tx, account: AccountId) -> None:
    """Let only one transaction at a time change which mailboxes there are. Raises Gone."""
    if tx.row(sql.LOCK_ACCOUNT, (account,)) is None:
        raise Gone("account")


def check_name(name: str) -> str:
    """A name that can be given to a mailbox, folded. Raises Impossible."""
    name = fold(name.removesuffix("/"))
    levels = name.split("/")
    if not all(levels) or len(levels) > DEEPEST or len(name) > LONGEST_NAME:
        raise Impossible("a mailbox can't have this name")
    if any(ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u2028\u2029" for char in name):
        raise Impossible("a mailbox name can't hold control characters")
    if any(level.startswith("\ufeff") for level in levels):  # a byte order mark (RFC 5198 §2)
        raise Impossible("a mailbox can't have this name")
    if any(char in "*%" for char in name):
        raise Impossible("a mailbox name can't hold * or %")
    own = levels[{OTHERS: 2, SHARED: 1}.get(levels[0], 0) :]
    if not own or own[0] in (OTHERS, SHARED):
        raise Impossible("this name stands for the mailboxes of others")
    if levels[0] == SHARED and own[0].upper() == "INBOX":
        raise Impossible("there is no INBOX that belongs to nobody")
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
        raise LimitReached(
            "mailboxes", MOST_MAILBOXES, f"an account has at most {MOST_MAILBOXES} mailboxes"
        )
    uidvalidity = _next_uidvalidity(tx, account)
    now = int(time.time())
    made = tx.value(sql.INSERT, (account, name, uidvalidity, special_use, noselect, now))
    parent = name.rpartition("/")[0]
    if parent and not noselect:
        inherit(tx, MailboxId(made), account, parent)
    _tell_names(tx, account)


def _tell_names(tx: Tx, account: AccountId) -> None:
    """Wake those who want to know which mailboxes there are."""
    tx.hint(names_of(account), Modseq(1))


def delete(tx: Tx, account: AccountId, name: str) -> None:
    """Remove a mailbox and its messages; one with children leaves their parent behind (B-32).

    The parent has an id of its own: a session that still has the old one selected finds nothing
    (B-06), and nobody but the owner has rights in it. The subscription stays. Raises
    NotFound, Denied without ``x``, Impossible (INBOX) or HasChildren.
    """
    place, mailbox = _removable(tx, account, name)
    if mailbox.name == "INBOX":
        raise Impossible("INBOX can't be deleted")
    owner = place.owner
    parent = any(other.name.startswith(f"{mailbox.name}/") for other in all_of(tx, owner))
    if parent and mailbox.noselect:
        raise HasChildren
    _empty(tx, mailbox, mailbox.messages)
    tx.execute(sql.DELETE, (mailbox.id,))
    if parent:
        _insert(tx, owner, mailbox.name, "", noselect=True)
    tx.hint(mailbox.id, LAST_MODSEQ)
    _tell_names(tx, owner)


def _removable(tx: Tx, account: AccountId, name: str) -> tuple[Place, MailboxRow]:
    """A mailbox that the account may take away from its name, as its owner names it.

    The owner's names are locked. Raises NotFound, or Denied without ``x``.
    """
    place = locate(tx, account, name)
    if place.prefix:
        need(tx, account, name, "x")
    _lock_names(tx, place.owner)
    mailbox = _find_by_name(tx, place.owner, place.name)
    if mailbox is None:
        raise NotFound("mailbox", "the mailbox does not exist")
    return place, mailbox


def delete_all(tx: Tx, account: AccountId) -> None:
    """Remove every mailbox of an account, INBOX too, before the account itself goes."""
    every = all_of(tx, account)
    count = sum(mailbox.messages for mailbox in every)
    for mailbox in every:
        _empty(tx, mailbox, count)
        tx.execute(sql.DELETE, (mailbox.id,))
        tx.hint(mailbox.id, LAST_MODSEQ)
    message_annotations.forget_account(tx, account)


def _empty(tx: Tx, row: MailboxRow, count: int) -> None:
    """Take out the messages, and all that knows the mailbox by its id. When ``count``, of all that
    are to go at once, is great, they are erased later, in pieces.
    """
    mailbox = row.id
    lock(tx, mailbox)
    if count > FEW or staging.are_any(tx, mailbox):
        staging.hide_all(tx, mailbox)
    else:
        tx.execute(sql_contents.RELEASE_MAILBOX, (int(time.time()), mailbox))
        tx.execute(sql_messages.DELETE_ALL, (mailbox,))
    for statement in (
        sql.FORGET_TICKETS, sql.FORGET_KEYS, sql.FORGET_VANISHED, sql_annotations.FORGET,
        sql_access.FORGET, sql_message_annotations.FORGET_MAILBOX,
    ):  # fmt: skip
        tx.execute(statement, (mailbox,))


@dataclass(slots=True)
class RestOfInbox:
    """What of a renamed INBOX is still to be moved."""

    source: MailboxId
    target: MailboxId
    uids: Sequence[int]


def rename(tx: Tx, account: AccountId, old: str, new: str) -> RestOfInbox | None:
    """Rename a mailbox and those below it; UIDs and UIDVALIDITY stay (B-11), and so do rights.

    Renaming INBOX moves its messages into a new mailbox, of very many only the first: the caller
    moves the rest, which is returned, in pieces. INBOX and its children stay. Among
    somebody else's it needs ``x`` in the mailbox and ``k`` above its new name (RFC 4314 §4).
    Raises NotFound, Denied, AlreadyExists or Impossible.
    """
    place, mailbox = _removable(tx, account, old)
    target = locate(tx, account, check_name(new))
    if target.owner != place.owner:
        if not may_create(tx, account, target):
            raise Denied("no mailbox can be made there")
        raise Impossible("a mailbox can't be given to another owner: copy its messages")
    if place.prefix and mailbox.name == "INBOX":
        raise Denied("only its owner can rename INBOX")
    if not may_create(tx, account, target):
        raise Denied("no mailbox can be made there")
    if _find_by_name(tx, place.owner, target.name) is not None:
        raise AlreadyExists("mailbox", "a mailbox of this name exists already")
    if mailbox.name == "INBOX":
        made = make(tx, account, target.name)
        uids = messages.uids(tx, mailbox.id)
        messages.move(tx, mailbox.id, uids[:FEW], made.id, annotations=None)
        tx.execute(sql_annotations.COPY, (made.id, mailbox.id))
        return RestOfInbox(mailbox.id, made.id, uids[FEW:]) if len(uids) > FEW else None
    _rename(tx, place.owner, mailbox, target.name)
    return None


def _rename(tx: Tx, owner: AccountId, mailbox: MailboxRow, new: str) -> None:
    below = f"{mailbox.name}/"
    if new.startswith(below):
        raise Impossible("a mailbox can't be moved below itself")
    family = [other for other in all_of(tx, owner) if other.name.startswith(below)]
    longest = max((len(other.name) for other in family), default=0)
    if longest - len(mailbox.name) + len(new) > LONGEST_NAME:
        raise Impossible("the names of the mailboxes below would be too long")
    _make_parents(tx, owner, new)
    for other in (mailbox, *family):
        tx.execute(sql.SET_NAME, (new + other.name[len(mailbox.name) :], other.id))
    _tell_names(tx, owner)
