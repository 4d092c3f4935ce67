"""Who else may do what in a mailbox: its access control list (RFC 4314).

The owner has every right and no row. Everybody else has what is granted to him and to ``anyone``,
less what the negative entries of both take away. A change takes a mod-sequence of the mailbox, so
that a session in another process notices even when its hint is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from lemonade_server.wire import rights as letters

from .effective_rights import combine_rights
from .errors import Impossible, LimitReached
from .ids import AccountId, MailboxId, Modseq, names_of
from .mailbox_rows import MailboxRow, as_seen_by_others, next_modseq
from .namespaces import SHARED_OWNER, prefix_of
from .sql import access as sql
from .tx import Tx

log = structlog.get_logger()

ANYONE = AccountId(0)
MOST_ENTRIES = 1_000


@dataclass(slots=True)
class Grantee:
    """Who an identifier stands for. ``negative``: the entry takes rights away (§2)."""

    account: AccountId
    name: str
    negative: bool = False

    @property
    def identifier(self) -> str:
        return f"-{self.name}" if self.negative else self.name


@dataclass(slots=True)
class RightsEntry:
    """One pair of the list."""

    grantee: Grantee
    rights: str


@dataclass(slots=True)
class SharedRow:
    """Somebody else's mailbox as an account sees it: the row bears the name it has there."""

    row: MailboxRow
    rights: str


def grantee(tx: Tx, identifier: str, canonical: str) -> Grantee | None:
    """Whom an identifier means; ``canonical`` is the address it would stand for. None: nobody."""
    negative = identifier.startswith("-")
    if identifier.removeprefix("-") == "anyone":
        return Grantee(ANYONE, "anyone", negative)
    found = tx.row(sql.GRANTEE, (canonical,))
    return Grantee(AccountId(found[0]), found[1], negative) if found else None


def shared_with(tx: Tx, account: AccountId) -> list[SharedRow]:
    """What others let an account do in their mailboxes, and what it may do in those of nobody."""
    grouped: dict[int, tuple[MailboxRow, list[tuple[bool, str]]]] = {}
    for email, negative, rights, *columns in tx.rows(sql.SHARED_WITH, (account, account)):
        row = as_seen_by_others(MailboxRow(*columns), prefix_of(email))
        grouped.setdefault(row.id, (row, []))[1].append((bool(negative), rights))
    return [
        SharedRow(row, rights)
        for row, found in grouped.values()
        if (rights := combine_rights(found))
    ]


def entries(tx: Tx, mailbox: MailboxRow) -> list[RightsEntry]:
    """The whole list: the owner first, with all rights, if the mailbox belongs to a person."""
    owner: str = tx.value(sql.OWNER_ADDRESS, (mailbox.account,))
    found = [
        RightsEntry(Grantee(AccountId(account), email or "anyone", bool(negative)), rights)
        for account, email, negative, rights in tx.rows(sql.ENTRIES, (mailbox.id,))
    ]
    found.sort(key=lambda entry: (entry.grantee.name, entry.grantee.negative))
    if owner == SHARED_OWNER:
        return found
    return [RightsEntry(Grantee(mailbox.account, owner), letters.ALL), *found]


def entry_rights(tx: Tx, mailbox: MailboxRow, who: Grantee) -> str:
    """The rights of one entry, "" when there is none."""
    if who.account == mailbox.account:
        return "" if who.negative else letters.ALL
    return tx.value(sql.ONE, (mailbox.id, who.account, who.negative)) or ""


def give(tx: Tx, mailbox: MailboxRow, who: Grantee, rights: str, by: str) -> None:
    """Set one entry; without rights it is removed. ``by`` is who does it, for the log.

    Raises Impossible for the owner, whose rights are not in the list, and LimitReached.
    """
    if who.account == mailbox.account:
        raise Impossible("the owner of a mailbox has all rights and keeps them")
    before = entry_rights(tx, mailbox, who)
    if before == rights:
        return
    if rights:
        tx.execute(sql.SET, (mailbox.id, who.account, who.negative, rights))
        if tx.value(sql.COUNT, (mailbox.id,)) > MOST_ENTRIES:
            raise LimitReached(
                "rights",
                MOST_ENTRIES,
                f"a mailbox has rights for at most {MOST_ENTRIES} identifiers",
            )
    else:
        tx.execute(sql.REMOVE, (mailbox.id, who.account, who.negative))
    _tell(tx, mailbox.id, who.account)

    def note() -> None:
        log.info(
            "rights changed",
            mailbox=mailbox.name, number=mailbox.id, by=by,
            identifier=who.identifier, before=before, after=rights,
        )  # fmt: skip

    tx.after_commit(note)


def _tell(tx: Tx, mailbox: MailboxId, account: AccountId) -> None:
    """Wake who has the mailbox selected, and who wants to know which mailboxes he can see."""
    modseq, _ = next_modseq(tx, mailbox)
    tx.hint(mailbox, modseq)
    tx.hint(names_of(account), Modseq(1))


def inherit(tx: Tx, mailbox: MailboxId, owner: AccountId, parent: str) -> None:
    """Give a new mailbox the list of its parent (§4)."""
    tx.execute(sql.INHERIT, (mailbox, owner, parent))


def as_named_by(tx: Tx, account: AccountId, mailbox: MailboxRow) -> MailboxRow:
    """The row with the name that the mailbox has for this account."""
    if mailbox.account == account:
        return mailbox
    return as_seen_by_others(mailbox, prefix_of(owner_address(tx, mailbox)))


def owner_address(tx: Tx, mailbox: MailboxRow) -> str:
    """The e-mail address of the account that owns it; ``#shared`` for what nobody owns."""
    return str(tx.value(sql.OWNER_ADDRESS, (mailbox.account,)))
