"""A mailbox's row: finding it, locking it, taking its next mod-sequence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lemonade_server.wire.rights import ALL

from .effective_rights import rights_of
from .errors import Denied, Gone, LimitReached, NotFound
from .ids import AccountId, MailboxId, Modseq, Uid, names_of
from .namespaces import fold, locate
from .sql import mailboxes as sql
from .tx import Tx

MOST_SUBSCRIPTIONS = 10_000


@dataclass(slots=True)
class MailboxRow:
    """A mailbox with its counters, as of one read."""

    id: MailboxId
    account: AccountId
    name: str
    uidvalidity: int
    uidnext: Uid
    modseq: Modseq
    tombstone_floor: Modseq
    messages: int
    unseen: int
    octets: int
    recent_from: Uid
    keywords: str
    special_use: str
    noselect: bool
    annotation_octets: int


def rights(tx: Tx, account: AccountId, mailbox: MailboxRow) -> str:
    """The letters of RFC 4314 that ``account`` has in this mailbox: its owner has all.

    The one place where rights are judged. For the owner it reads nothing.
    """
    return ALL if mailbox.account == account else rights_of(tx, account, mailbox.id)


def may(tx: Tx, account: AccountId, mailbox: MailboxRow, right: str) -> bool:
    """Whether ``account`` has ``right``, one letter, in this mailbox."""
    return right in rights(tx, account, mailbox)


def find(tx: Tx, account: AccountId, name: str) -> MailboxRow | None:
    """The mailbox of that name if the account may read it. None also where it may not."""
    found, granted = find_with_rights(tx, account, name)
    return found if "r" in granted else None


def need(tx: Tx, account: AccountId, name: str, wanted: str) -> MailboxRow:
    """The mailbox of that name, in which the account has all of the wanted rights.

    Raises NotFound, also where it may not even know of the mailbox, else Denied.
    """
    found, granted = find_with_rights(tx, account, name)
    if found is not None and set(wanted) <= set(granted):
        return found
    if found is None or "l" not in granted:
        raise NotFound("mailbox", "there is no such mailbox")
    raise Denied("your rights in this mailbox don't reach that far")


def find_with_rights(tx: Tx, account: AccountId, name: str) -> tuple[MailboxRow | None, str]:
    """The mailbox of that name with the account's rights in it, be they none.

    For one's own it is one query. For all other names it is the same three, whether or not there
    is such an account, mailbox or right: time tells nothing.
    """
    place = locate(tx, account, name)
    found = tx.row(sql.BY_NAME, (place.owner, place.name))
    mailbox = MailboxRow(*found) if found else None
    if not place.prefix:
        return mailbox, ALL if mailbox else ""
    granted = rights_of(tx, account, mailbox.id if mailbox else MailboxId(0))
    return as_seen_by_others(mailbox, place.prefix) if mailbox else None, granted


def as_seen_by_others(mailbox: MailboxRow, prefix: str) -> MailboxRow:
    """Somebody's mailbox as others see it: under their name for it, with no special use.

    What its owner files sent mail in is not where others file theirs.
    """
    return replace(mailbox, name=prefix + mailbox.name, special_use="")


def get(tx: Tx, mailbox_id: MailboxId) -> MailboxRow | None:
    """The mailbox with that id, whoever owns it."""
    found = tx.row(sql.BY_ID, (mailbox_id,))
    return MailboxRow(*found) if found else None


def lock(tx: Tx, mailbox_id: MailboxId) -> MailboxRow:
    """The mailbox, with its row locked until the commit. Raises Gone."""
    found = tx.row(sql.LOCK, (mailbox_id,))
    if found is None:
        raise Gone
    return MailboxRow(*found)


def all_of(tx: Tx, account: AccountId) -> list[MailboxRow]:
    """All mailboxes of the account by name, those that are only parents too."""
    return [MailboxRow(*found) for found in tx.rows(sql.OF_ACCOUNT, (account,))]


def subscriptions(tx: Tx, account: AccountId) -> set[str]:
    """The subscribed names; some may not exist (RFC 3501 §6.3.6)."""
    return {name for (name,) in tx.rows(sql.SUBSCRIPTIONS, (account,))}


def subscribe(tx: Tx, account: AccountId, name: str) -> None:
    """Subscribe to a name, whether or not it exists. Raises LimitReached."""
    if tx.value(sql.COUNT_SUBSCRIBED, (account, fold(name))) >= MOST_SUBSCRIPTIONS:
        raise LimitReached(
            "subscriptions",
            MOST_SUBSCRIPTIONS,
            f"an account has at most {MOST_SUBSCRIPTIONS} subscriptions",
        )
    tx.execute(sql.SUBSCRIBE, (account, fold(name)))
    tx.hint(names_of(account), Modseq(1))


def unsubscribe(tx: Tx, account: AccountId, name: str) -> None:
    """End a subscription; it is no error if there is none."""
    tx.execute(sql.UNSUBSCRIBE, (account, fold(name)))
    tx.hint(names_of(account), Modseq(1))


def next_modseq(tx: Tx, mailbox_id: MailboxId) -> tuple[Modseq, Uid]:
    """Lock the mailbox and take its next mod-sequence; UIDNEXT beside it. Raises Gone.

    The lock lasts until the commit, so mod-sequences become visible in their order: a
    synchronizing client can't miss one (RFC 7162 §3.1.1).
    """
    found = tx.row(sql.NEXT_MODSEQ, (mailbox_id,))
    if found is None:
        raise Gone
    return found[0], found[1]


def claim_recent(tx: Tx, mailbox_id: MailboxId, upto: Uid) -> Uid:
    """The first UID that is ``\\Recent`` for the caller; up to ``upto`` for nobody else (B-14)."""
    found = tx.row(sql.GET_RECENT, (mailbox_id,))
    if found is None:
        raise Gone
    first = Uid(found[0])
    if first <= upto:
        tx.execute(sql.SET_RECENT, (upto + 1, mailbox_id, upto + 1))
    return first
