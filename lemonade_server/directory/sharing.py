"""Mailboxes for several people: who is given rights in one, and those that nobody owns.

For IMAP, the command line and the admin alike, so that all refuse the same in the same words.
"""

from __future__ import annotations

from lemonade_server.models import Account
from lemonade_server.store import access, mailboxes
from lemonade_server.store.access import Grantee
from lemonade_server.store.errors import AlreadyExists, Gone, Impossible, Invalid, NotFound
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.namespaces import SHARED, SHARED_OWNER, prefix_of
from lemonade_server.store.tx import Tx
from lemonade_server.wire import rights as letters
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.saslprep import saslprep

from .accounts import canonical


class InvalidRights(Invalid):
    """Letters that are no rights."""


def grantee(tx: Tx, identifier: str) -> Grantee:
    """Whom an identifier of RFC 4314 means: ``anyone``, or a login, perhaps behind a dash.

    Raises Invalid for what can be no identifier (§3), Impossible when there is no such account.
    """
    try:
        name = saslprep(identifier)
    except ValueError as error:
        raise Invalid(f"this can be no identifier: {error}") from error
    if not name.removeprefix("-"):
        raise Invalid("the identifier is empty")
    found = access.grantee(tx, name, canonical(name.removeprefix("-")))
    if found is None:
        raise Impossible("there is no such account")
    return found


def change(tx: Tx, mailbox: MailboxRow, identifier: str, text: str, by: str) -> None:
    """Change what an identifier may do: ``lrs``, ``+i`` or ``-w``, "" for nothing.

    The caller has judged whether ``by``, an address for the log, may do so. Raises Refused:
    InvalidRights for letters that are none.
    """
    who = grantee(tx, identifier)
    try:
        rights = letters.change_rights(access.entry_rights(tx, mailbox, who), text)
    except Bad as error:
        raise InvalidRights(error.text) from error
    access.give(tx, mailbox, who, rights, by)


def shared_owner() -> AccountId:
    """The account that owns what belongs to no person; made when there is none yet."""
    account, made = Account.objects.get_or_create(
        email=SHARED_OWNER,
        defaults={"role": Account.Role.SHARED, "name": "Shared mailboxes", "is_active": False},
    )
    if made:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return AccountId(account.pk)


def make_shared(tx: Tx, name: str) -> MailboxRow:
    """Make a mailbox of nobody; ``name`` with or without ``Shared/``. Raises Refused."""
    owner = shared_owner()
    name = mailboxes.check_name(f"{SHARED}/{bare(name)}").removeprefix(f"{SHARED}/")
    return mailboxes.make(tx, owner, name)


def check_free(tx: Tx, name: str) -> None:
    """Raises Refused as ``make_shared`` would, and makes nothing."""
    mailboxes.check_name(f"{SHARED}/{name}")
    found = mailboxes.find(tx, shared_owner(), name)
    if found is not None and not found.noselect:
        raise AlreadyExists("mailbox", "a mailbox of this name exists already")


def find_shared(tx: Tx, name: str) -> MailboxRow:
    """A mailbox of nobody, by its own name. Raises NotFound."""
    found = mailboxes.find(tx, shared_owner(), bare(name))
    if found is None:
        raise NotFound("mailbox", "there is no such shared mailbox")
    return found


def remove(tx: Tx, number: MailboxId) -> None:
    """Remove a mailbox with its messages, whoever owns it. Raises Refused."""
    row = mailboxes.get(tx, number)
    if row is None:
        raise Gone
    mailboxes.delete(tx, row.account, row.name)


def bare(name: str) -> str:
    """A shared mailbox's name without ``Shared/``."""
    return name.strip().strip("/").removeprefix(f"{SHARED}/")


def shown_name(tx: Tx, mailbox: MailboxRow) -> str:
    """A mailbox's name as those see it who don't own it."""
    return prefix_of(access.owner_address(tx, mailbox)) + mailbox.name
