"""A server with two accounts, a mailbox with mail, tickets and a queue, and an operator."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from lemonade_server import urlauth
from lemonade_server.directory import accounts, enrolment
from lemonade_server.models import Account, Domain
from lemonade_server.store import ingest, mailboxes, messages, queue
from lemonade_server.store.check import check
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId, ContentId, MailboxId

PASSWORD = "a long enough phrase"
LETTER = b"From: ann@example.org\r\nTo: alice@lemonade.test\r\nSubject: Hello\r\n\r\ntext\r\n"


@dataclass(slots=True)
class World:
    """What the tests look at."""

    alice: Account
    bob: Account
    inbox: MailboxId
    content: ContentId

    def ticket(self, uid: int = 1, expire: str = "2099-01-01T00:00:00Z") -> bytes:
        """An authorized URL of alice for her submission."""
        with transaction() as tx:
            identity = accounts.find(tx, "alice")
            row = mailboxes.get(tx, self.inbox)
            assert identity is not None and row is not None
            rump = (
                f"imap://alice%40lemonade.test@localhost/INBOX;UIDVALIDITY={row.uidvalidity}"
                f"/;UID={uid};EXPIRE={expire};URLAUTH=submit+alice%40lemonade.test"
            )
            return urlauth.generate(tx, identity, rump.encode(), b"INTERNAL")

    def redeems(self, url: bytes) -> bool:
        """Whether our submission service gets the octets for alice."""
        with transaction() as tx:
            identity = accounts.find(tx, "alice")
            assert identity is not None
            redeemer = urlauth.Redeemer(identity, submission=True)
            return urlauth.resolve(tx, url, redeemer) is not None

    def queued(self, address: str = "carol@example.net", state: str = queue.QUEUED) -> int:
        """A recipient in the queue that waits for an hour."""
        now = int(time.time())
        target = queue.Target(address, state=state, status="4.4.1", diagnostic="no answer")
        envelope = queue.Envelope(
            AccountId(self.alice.pk), "alice@lemonade.test", [target], arrived_at=now
        )
        with transaction() as tx:
            queue.submit(tx, envelope, self.content)
            tx.execute("UPDATE recipient SET next_attempt_at = %s", (now + 3600,))
        return target.id


@pytest.fixture(autouse=True)
def _light(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without collected static files, passwords without the price of argon2, and no look at
    whatever may listen on the default ports.
    """
    monkeypatch.setattr("lemonade_server.project.health._imap_greets", lambda: False)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    Domain.objects.create(name=settings.LEMONADE.domain)
    alice = enrolment.enrol("alice@lemonade.test", PASSWORD)
    bob = enrolment.enrol("bob@lemonade.test", PASSWORD)
    prepared = ingest.prepare(LETTER)
    with transaction() as tx:
        inbox = mailboxes.find(tx, AccountId(alice.pk), "INBOX")
        assert inbox is not None
        content = ingest.commit(tx, prepared)
        for _ in range(3):
            messages.append(tx, inbox.id, content, 0, [], 1_740_000_000, 0)
    yield World(alice, bob, inbox.id, content)
    assert check() == []


@pytest.fixture
def operator(world: World) -> Client:
    """A browser in which a superuser has signed in."""
    client = Client()
    client.force_login(enrolment.enrol("admin@lemonade.test", PASSWORD, superuser=True))
    return client
