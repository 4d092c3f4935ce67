"""A real database file for the store's tests. After each test the store must be sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from lemonade_server.models import Account
from lemonade_server.store import contents, ingest, mailboxes, messages
from lemonade_server.store.check import check
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.ids import AccountId, ContentId, MailboxId, Uid
from lemonade_server.store.mailboxes import MailboxRow

_numbers = count(1)


@pytest.fixture(autouse=True)
def _sound(transactional_db: None) -> Iterator[None]:
    """Committed for real, as group commit and other processes need it."""
    yield
    assert check() == []


def new_account(quota: int = 0) -> AccountId:
    """An account without a usable password, and its standard mailboxes."""
    account = Account(email=f"user{next(_numbers)}@lemonade.test", quota=quota)
    account.save()
    number = AccountId(account.pk)
    with transaction() as tx:
        mailboxes.provision(tx, number)
    return number


@pytest.fixture
def account() -> AccountId:
    return new_account()


@pytest.fixture
def inbox(account: AccountId) -> MailboxId:
    return mailbox(account, "INBOX").id


@pytest.fixture
def sent(account: AccountId) -> MailboxId:
    return mailbox(account, "Sent").id


def mailbox(account: AccountId, name: str) -> MailboxRow:
    """A mailbox that must exist."""
    with transaction() as tx:
        found = mailboxes.find(tx, account, name)
    assert found is not None
    return found


def row(number: MailboxId) -> MailboxRow:
    """A mailbox as it is now."""
    with transaction() as tx:
        found = mailboxes.get(tx, number)
    assert found is not None
    return found


def message(subject: str = "Hello", body: str = "text\r\n", extra: str = "") -> bytes:
    """A small message."""
    return (
        f"From: Ann <ann@lemonade.test>\r\nTo: bob@lemonade.test\r\nSubject: {subject}\r\n"
        f"Date: Tue, 4 Mar 2025 10:00:00 +0100\r\nMessage-ID: <{subject}@lemonade.test>\r\n"
        f"{extra}\r\n{body}"
    ).encode()


def store(octets: bytes) -> ContentId:
    """A content of these octets, which nothing uses yet."""
    prepared = ingest.prepare(octets)
    with transaction() as tx:
        return ingest.commit(tx, prepared)


def put(
    target: MailboxId,
    octets: bytes | None = None,
    bits: int = 0,
    keywords: list[str] | None = None,
    internaldate: int = 1_740_000_000,
    zone: int = 0,
) -> Uid:
    """Append a message."""
    content = store(message() if octets is None else octets)
    with transaction() as tx:
        return messages.append(tx, target, content, bits, keywords or [], internaldate, zone)


def octets_of(content: ContentId) -> bytes:
    """All octets of a content."""
    with transaction() as tx:
        return contents.read(tx, content, 0, contents.load(tx, content).size)


def write(job: Callable[[Tx], object]) -> None:
    """Run a job in a transaction."""
    with transaction() as tx:
        job(tx)
