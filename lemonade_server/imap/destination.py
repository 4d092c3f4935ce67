"""The mailbox that messages are put into, and what they keep there."""

from __future__ import annotations

from dataclasses import dataclass

from lemonade_server.store import flags, mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.store.flags import Within
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.message_annotations import SHARED
from lemonade_server.store.namespaces import locate
from lemonade_server.wire.errors import No


@dataclass(slots=True)
class May:
    """What an account may do in the mailbox that messages are put into."""

    account: AccountId
    rights: str

    @property
    def within(self) -> Within:
        """The flags that messages keep."""
        return flags.within(self.rights)

    @property
    def annotations(self) -> list[AccountId]:
        """Whose annotations come along: one's own, and those that all see (RFC 5257 §4.6)."""
        own = [self.account] if "r" in self.rights else []
        return [*own, SHARED] if "n" in self.rights else own


def destination(tx: Tx, account: AccountId, name: str) -> MailboxRow:
    """The mailbox that messages are put into.

    Raises No TRYCREATE where one could be made, NONEXISTENT where none could, NOPERM without ``i``.
    """
    found, rights = mailboxes.find_with_rights(tx, account, name)
    known = found is not None and not found.noselect and set(rights).intersection("lri")
    if found is None or not known:
        place = locate(tx, account, name)
        code = b"TRYCREATE" if mailboxes.may_create(tx, account, place) else b"NONEXISTENT"
        raise No("there is no such mailbox", code)
    if "i" not in rights:
        raise No("nothing may be put into this mailbox", b"NOPERM")
    return found


def may_bring(tx: Tx, account: AccountId, target: MailboxRow) -> May:
    """What messages keep when they are put there; the rest is left behind without an error
    (RFC 4314 §4).
    """
    return May(account, mailboxes.rights(tx, account, target))


def same_destination(tx: Tx, account: AccountId, mailbox: MailboxId) -> MailboxRow:
    """The mailbox again, under whatever name. Raises No where nothing may be put into it now."""
    found = mailboxes.get(tx, mailbox)
    if found is None:
        raise No("the mailbox was deleted meanwhile", b"TRYCREATE")
    if not mailboxes.may(tx, account, found, "i"):
        raise No("nothing may be put into this mailbox", b"NOPERM")
    return found
