"""Annotations of mailboxes and of the server (RFC 5464): kept with the mailbox's id, so that they
follow it when it is renamed and go when it goes. What is /shared is kept with the mailbox's owner,
what is /private with whoever noted it. What is /shared of the server belongs to no person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .errors import LimitReached, TooLarge
from .ids import AccountId, MailboxId, Modseq, names_of
from .mailbox_rows import MailboxRow
from .namespaces import SHARED_OWNER
from .sql import annotations as sql
from .tx import Tx

SERVER = MailboxId(0)
LONGEST_VALUE = 65_536
MOST = 100  # of one mailbox, and of one account on the server


def of(tx: Tx, account: AccountId, mailbox: MailboxId) -> dict[str, bytes]:
    """All annotations by name, in the names' order."""
    return {name: bytes(value) for name, value in tx.rows(sql.OF, (account, mailbox))}


def of_server(tx: Tx, account: AccountId) -> dict[str, bytes]:
    """All annotations of the server that an account can see: its own, and those for everybody."""
    shared = {name: bytes(value) for name, value in tx.rows(sql.OF_SERVER, (SHARED_OWNER,))}
    return shared | of(tx, account, SERVER)


def is_operator(tx: Tx, account: AccountId) -> bool:
    """Whether an account may set what everybody sees of the server: who may use the admin."""
    return bool(tx.value(sql.IS_OPERATOR, (account,)))


def of_mailbox(tx: Tx, account: AccountId, mailbox: MailboxRow) -> dict[str, bytes]:
    """All annotations of a mailbox that an account can see, be it its own or somebody else's."""
    found = of(tx, account, mailbox.id)
    if mailbox.account == account:
        return found
    owned = of(tx, mailbox.account, mailbox.id)
    return _mine(found) | {name: value for name, value in owned.items() if is_shared(name)}


def of_many(
    tx: Tx, account: AccountId, mailboxes: Sequence[MailboxRow]
) -> dict[MailboxId, dict[str, bytes]]:
    """As ``of_mailbox`` for some mailboxes; one without any is not named."""
    found: dict[MailboxId, dict[str, bytes]] = {}
    own = [one.id for one in mailboxes if one.account == account]
    for mailbox, name, value in tx.rows(sql.OF_MANY, (account, own)):
        found.setdefault(mailbox, {})[name] = bytes(value)
    for one in mailboxes:
        if one.account != account:
            found[one.id] = of_mailbox(tx, account, one)
    return found


def change_in(
    tx: Tx, account: AccountId, mailbox: MailboxRow, values: Mapping[str, bytes | None]
) -> None:
    """Set annotations of a mailbox, each with whom it is kept. Raises as ``change``."""
    shared = {name: value for name, value in values.items() if is_shared(name)}
    if mailbox.account == account or not shared:
        change(tx, account, mailbox.id, values)
        return
    change(tx, mailbox.account, mailbox.id, shared)
    private = {name: value for name, value in values.items() if name not in shared}
    if private:
        change(tx, account, mailbox.id, private)


def is_shared(name: str) -> bool:
    return name.startswith("/shared/")


def _mine(values: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: value for name, value in values.items() if not is_shared(name)}


def change(
    tx: Tx, account: AccountId, mailbox: MailboxId, values: Mapping[str, bytes | None]
) -> None:
    """Set annotations, all or none; None removes one. Raises TooLarge, LimitReached."""
    if any(value is not None and len(value) > LONGEST_VALUE for value in values.values()):
        raise TooLarge("annotation", LONGEST_VALUE, "a value is too long")
    for name, value in values.items():
        if value is None:
            tx.execute(sql.REMOVE, (account, mailbox, name))
        else:
            tx.execute(sql.SET, (account, mailbox, name, value))
    if tx.value(sql.COUNT, (account, mailbox)) > MOST:
        raise LimitReached("annotations", MOST, f"at most {MOST} annotations are kept here")
    tx.hint(names_of(account), Modseq(1))
