"""Large filters are compiled before the transaction that runs them."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections

from lemonade_server.delivery.acceptance import accept
from lemonade_server.delivery.local import precompilation
from lemonade_server.models import Account, Alias, Mailbox, Message
from lemonade_server.sieve import Script, cache
from lemonade_server.sieve.compiler import compile_script
from lemonade_server.store import ingest, scripts, vendor
from lemonade_server.store.db import Database, snapshot, transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.submission.faces.lmtp import LmtpFace
from lemonade_server.submission.faces.smtp import SmtpFace
from lemonade_server.submission.faces.submission import SubmissionFace
from lemonade_server.submission.transaction import Transaction
from lemonade_server.wire import smtp

from .post import MESSAGE, inbox, pass_on, send

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = 'require "fileinto";\n' + "".join(
    f'if header :is "X-{number}" "y" {{ discard; }}\n' for number in range(500)
)


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """For each script that is compiled, whether a transaction was open meanwhile."""
    found: list[bool] = []

    def noted(octets: bytes) -> Script:
        found.append(vendor.in_transaction(connections["default"]))
        return compile_script(octets)

    forget()
    monkeypatch.setattr(cache, "compile_script", noted)
    yield found
    forget()


def forget() -> None:
    cache._kept.clear()
    gc.collect()


def use(account: Account, text: str, **others: str) -> None:
    with transaction() as tx:
        for name, each in {"main": text, **others}.items():
            scripts.put(tx, AccountId(account.pk), name, each.encode())
        scripts.activate(tx, AccountId(account.pk), "main")


def test_the_worker_compiles_before_it_takes_the_lock(
    alice: Account, bob: Account, compiling: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    Alias.objects.create_leading_to("team@lemonade.test", "bob@lemonade.test")
    use(bob, f'{LARGE}fileinto "Drafts";')
    held = send(alice, "team@lemonade.test", release_at=1, arrived_at=0)
    assert compiling == []
    assert pass_on(held.submission) == 1
    assert compiling == [False]
    drafts = Mailbox.objects.get(account=bob, name="Drafts")
    assert Message.objects.filter(mailbox=drafts).count() == 1


def test_what_a_filter_includes_is_compiled_with_it(alice: Account, compiling: list[bool]) -> None:
    use(alice, 'require "include"; include "second";', second=LARGE)
    with precompilation.filters_of(["alice@lemonade.test"]) as ready:
        assert len(ready) == 2 and compiling == [False, False]
        with cache._lock:
            cache._kept.clear()  # as when others crowd it out
        send(alice, "alice@lemonade.test")
    assert compiling == [False, False], "what is held is found"


def test_small_filters_and_none_cost_nothing_before(
    alice: Account, bob: Account, compiling: list[bool]
) -> None:
    use(alice, "keep;")
    with precompilation.filters_of(["alice@lemonade.test", "bob@lemonade.test"]) as ready:
        assert ready == [] and compiling == []


def test_a_script_with_an_error_is_told_of_when_it_is_run(
    alice: Account, compiling: list[bool]
) -> None:
    use(alice, LARGE + "nonsense;")
    with precompilation.filters_of(["alice@lemonade.test"]) as ready:
        assert ready == []
    with snapshot() as tx:
        assert precompilation.find_large(tx, []) == []


@pytest.mark.parametrize(
    "face", [LmtpFace(), SmtpFace(), SubmissionFace()], ids=lambda face: face.name
)
def test_every_face_compiles_at_rcpt_and_nobody_waits(
    face: LmtpFace | SmtpFace | SubmissionFace, alice: Account, compiling: list[bool]
) -> None:
    """Neither then nor with the message is anything compiled while a transaction is open."""
    use(alice, LARGE)

    async def take(db: Database) -> None:
        session: Any = SimpleNamespace(
            service=SimpleNamespace(db=db), current=Transaction(smtp.MailCommand("bob@example.org"))
        )
        await face.admit_recipient(session, smtp.RcptCommand("alice@lemonade.test"))
        assert compiling == [False]
        assert len(session.current.filters) == 1
        with cache._lock:
            cache._kept.clear()
        prepared = ingest.prepare(MESSAGE)
        envelope = Envelope(None, "", [Target("alice@lemonade.test")], source="lmtp", arrived_at=1)
        await db.write(lambda tx: accept(tx, envelope, prepared))

    async def main() -> None:
        db = Database()
        db.start()
        try:
            await take(db)
        finally:
            await db.close()

    asyncio.run(main())
    assert compiling == [False]
    assert len(inbox(alice)) == 1
