"""Put messages from files into an account's mailboxes; safe to repeat after a break."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lemonade_server.store import contents, ingest, mailboxes, messages, stored_columns
from lemonade_server.store.ids import AccountId, ContentId, MailboxId
from lemonade_server.store.messages import NewMessage
from lemonade_server.store.sql import messages as sql
from lemonade_server.store.tx import Tx, run_with_retries, snapshot, transaction

from .sources import FoundMessage

BATCH = 50
"""Messages in one transaction: one fsync for all, and one batch to repeat after a break."""


@dataclass(slots=True)
class Progress:
    """How many messages were stored, and passed over since they were there already."""

    stored: int = 0
    present: int = 0


class _Present:
    """The messages a mailbox held at the start. Each accounts for one equal message of the
    source, so that a source with two equal messages is stored with both and yet only once.
    """

    def __init__(self, mailbox: MailboxId) -> None:
        self._by_size: dict[int, list[ContentId]] = defaultdict(list)
        self._digests: Counter[bytes] = Counter()
        with snapshot() as tx:
            for size, content in tx.rows(sql.SIZES_AND_CONTENTS, [mailbox, mailbox]):
                self._by_size[size].append(content)

    def take(self, octets: bytes) -> bool:
        """Whether an equal message is there that no other one accounts for."""
        for content in self._by_size.pop(len(octets), []):
            with snapshot() as tx:
                held = contents.read(tx, content, 0, len(octets))
            self._digests[hashlib.sha256(held).digest()] += 1
        digest = hashlib.sha256(octets).digest()
        if not self._digests[digest]:
            return False
        self._digests[digest] -= 1
        return True


def import_messages(
    account: AccountId, mailbox: str, found: Iterable[FoundMessage]
) -> Iterator[Progress]:
    """Store the messages under ``mailbox``; yields the progress after each batch is on disk.

    A second run over the same source stores nothing. Raises StoreError, as for a quota that is
    used up.
    """
    progress = Progress()
    present: dict[MailboxId, _Present] = {}
    targets: dict[str, MailboxId] = {}
    source = iter(found)
    while batch := list(islice(source, BATCH)):
        fresh: list[tuple[MailboxId, FoundMessage]] = []
        for message in batch:
            if message.below not in targets:
                name = f"{mailbox}/{message.below}" if message.below else mailbox
                targets[message.below] = _mailbox(account, name)
            target = targets[message.below]
            if target not in present:
                present[target] = _Present(target)
            if present[target].take(message.octets):
                progress.present += 1
            else:
                fresh.append((target, message))
        _store(fresh)
        progress.stored += len(fresh)
        yield progress


def _mailbox(account: AccountId, name: str) -> MailboxId:
    """The mailbox of that name, made when it is missing. It is one of the account's own."""
    if mailboxes.is_foreign(name):
        name = f"Imported/{name}"
    with transaction() as tx:
        row = mailboxes.find(tx, account, name)
        if row is None or row.noselect:
            row = mailboxes.create(tx, account, name)
            mailboxes.subscribe(tx, account, row.name)
        return row.id


def _store(fresh: list[tuple[MailboxId, FoundMessage]]) -> None:
    prepared = [(target, found, ingest.prepare(found.octets)) for target, found in fresh]
    now = int(time.time())

    def job(tx: Tx) -> None:
        by_target: dict[MailboxId, list[NewMessage]] = defaultdict(list)
        for target, found, message in prepared:
            received = found.received or message.rendering.sent or now
            content = ingest.commit(tx, message, uses=1)
            repeated = stored_columns.of_rendering(message.rendering)
            by_target[target].append(
                NewMessage(content, found.bits, found.keywords, received, repeated=repeated)
            )
        for target, new in by_target.items():
            messages.append_all(tx, target, new)

    run_with_retries(job)
