"""Accounts with filters, and what their mailboxes hold."""

from __future__ import annotations

from lemonade_server.models import Account
from lemonade_server.store import contents, mailboxes, scripts
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId


def use(account: Account, script: bytes, name: str = "main", active: bool = True) -> None:
    """Give the account a filter, and its mailboxes."""
    number = AccountId(account.pk)
    with transaction() as tx:
        mailboxes.provision(tx, number)
        scripts.put(tx, number, name, script)
        if active:
            scripts.activate(tx, number, name)


def box(account: Account, name: str) -> list[tuple[bytes, int, str]]:
    """The messages of a mailbox, whole, with their flag bits and keywords."""
    with transaction() as tx:
        found = mailboxes.find(tx, AccountId(account.pk), name)
        if found is None:
            return []
        rows = tx.rows(
            "SELECT content_id, size, bits, keywords FROM message WHERE mailbox_id = %s"
            " ORDER BY uid",
            (found.id,),
        )
        return [(contents.read(tx, row[0], 0, row[1]), row[2], row[3]) for row in rows]


def letter(**fields: str) -> bytes:
    """A message; underscores in names stand for hyphens."""
    lines = {"From": "bob@lemonade.test", "To": "alice@lemonade.test", "Subject": "tea"}
    lines |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\nAt five?\r\n".encode()
