"""Which annotations changed between two looks at them (RFC 5465 §5.6, §5.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeAlias

from lemonade_server.store import annotations as notes
from lemonade_server.store.annotations import SERVER
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.mailboxes import MailboxRow

EntryDigests: TypeAlias = dict[MailboxId, dict[str, bytes]]
"""What is noted on mailboxes and the server: digests of the values by the entries' names."""


def digest(value: bytes) -> bytes:
    """What is remembered of a value, which may be long."""
    return hashlib.sha256(value).digest()[:16]


def entry_digests(
    tx: Tx, account: AccountId, rows: list[MailboxRow], *, server: bool
) -> EntryDigests:
    """What is noted on some mailboxes, and with ``server`` on the server; none is left out."""
    found: EntryDigests = {row.id: {} for row in rows}
    if rows:
        for mailbox, values in notes.of_many(tx, account, rows).items():
            found[mailbox] = _digests(values)
    if server:
        found[SERVER] = _digests(notes.of_server(tx, account))
    return found


def changed_entries(
    before: EntryDigests, after: EntryDigests, own: dict[tuple[MailboxId, str], bytes | None]
) -> dict[MailboxId, list[str]]:
    """The entries of each place that were set, changed or removed, in the names' order.

    ``own`` is what the client itself made of some entries: these need not be told.
    """
    found: dict[MailboxId, list[str]] = {}
    for place, values in after.items():
        known = before.get(place, {})
        names = [
            name
            for name in _names(known, values)
            if known.get(name) != values.get(name)
            and own.get((place, name), b"") != values.get(name)
        ]
        if names:
            found[place] = names
    return found


def _digests(values: dict[str, bytes]) -> dict[str, bytes]:
    return {name: digest(value) for name, value in values.items()}


def _names(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return sorted({*one, *other})
