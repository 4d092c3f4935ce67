"""``manage.py queue``: what waits, and how it goes on."""

from __future__ import annotations

import time
from io import StringIO

import pytest
from celery import current_app
from django.core.management import CommandError, call_command

from lemonade_server.models import Destination, Recipient
from lemonade_server.store import ingest, queue
from lemonade_server.store.db import transaction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, args, **options: found.append(args[0])
    )
    return found


@pytest.fixture
def waiting() -> int:
    """A submission with two recipients that wait for an hour."""
    targets = [
        queue.Target(f"{name}@example.net", place="example.net") for name in ("carol", "dan")
    ]
    envelope = queue.Envelope(None, "alice@lemonade.test", targets, arrived_at=int(time.time()))
    with transaction() as tx:
        content = ingest.commit(tx, ingest.prepare(b"Subject: tea\r\n\r\nAt five?\r\n"))
        submission = queue.submit(tx, envelope, content)
    Recipient.objects.update(next_attempt_at=int(time.time()) + 3600, status="4.4.1")
    return submission


def run(*words: str) -> str:
    out = StringIO()
    call_command("queue", *words, stdout=out)
    return out.getvalue()


def states() -> list[str]:
    return list(Recipient.objects.order_by("id").values_list("state", flat=True))


def test_what_waits_is_listed(waiting: int) -> None:
    lines = run("list").splitlines()
    assert len(lines) == 2
    assert "<carol@example.net>" in lines[0] and "until " in lines[0] and "4.4.1" in lines[0]
    assert run("list", "--place", "elsewhere.test") == ""


def test_hold_release_and_retry(waiting: int, woken: list[str]) -> None:
    Destination.objects.create(place="example.net", failures=3, retry_at=time.time() + 999)
    run("hold", f"s{waiting}")
    assert states() == ["held", "held"]
    first = str(Recipient.objects.order_by("id")[0].pk)
    run("release", first)
    assert states() == ["queued", "held"]
    assert Recipient.objects.get(pk=first).next_attempt_at <= time.time()
    assert Destination.objects.get().retry_at == 0
    run("retry", f"s{waiting}")
    assert states() == ["queued", "queued"]
    assert set(woken) == {"example.net"}
    shown = run("show", first)
    assert "held by command" in shown and "released by command" in shown


def test_cancel_and_reroute(waiting: int, woken: list[str]) -> None:
    first, second = (str(row.pk) for row in Recipient.objects.order_by("id"))
    run("cancel", first)
    assert states() == ["cancelled", "queued"]
    out = StringIO()
    with pytest.raises(CommandError, match="Not all"):
        call_command("queue", "cancel", first, stdout=out)
    assert "not done: it is cancelled" in out.getvalue()
    run("reroute", "smtp://127.0.0.1:2525", second)
    assert Recipient.objects.get(pk=second).place == "smtp://127.0.0.1:2525"
    assert Recipient.objects.get(pk=second).next_attempt_at <= time.time()
    assert woken == ["smtp://127.0.0.1:2525"]
    run("retry", first)
    assert states() == ["queued", "queued"]


def test_an_address_gets_one_copy_however_often_it_is_retried(waiting: int) -> None:
    Recipient.objects.update(address="carol@example.net")
    first, second = (str(row.pk) for row in Recipient.objects.order_by("id"))
    run("cancel", second)
    for state in ("relayed", "delivered", "queued", "held"):
        Recipient.objects.filter(pk=first).update(state=state)
        with pytest.raises(CommandError, match="Not all"):
            run("retry", second)
    Recipient.objects.update(state="failed")
    with pytest.raises(CommandError, match="Not all"):
        run("retry", f"s{waiting}")
    assert states() == ["queued", "failed"]


@pytest.mark.parametrize(
    "words", [("hold", "x"), ("hold", "999"), ("reroute", "smtp://a:b@c", "1")]
)
def test_nonsense_is_explained(waiting: int, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*words)


def test_what_is_released_later_is_not_sent_now(waiting: int) -> None:
    release = int(time.time()) + 7200
    with transaction() as tx:
        tx.execute("UPDATE submission SET release_at = %s", (release,))
    run("retry", f"s{waiting}")
    assert set(Recipient.objects.values_list("next_attempt_at", flat=True)) == {release}
