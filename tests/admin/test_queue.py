"""The queue in the admin: what waits, why, and the two things one can do about it."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from lemonade_server.models import Destination, Recipient, StsPolicy
from lemonade_server.store import queue

from .conftest import World

QUEUE = "/admin/lemonade_server/recipient/"
SUBMISSIONS = "/admin/lemonade_server/submission/"


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Workers are woken by a hint that here only is noted."""
    woken: list[str] = []
    monkeypatch.setattr("lemonade_server.delivery.queue.operator_actions.wake", woken.append)
    return woken


def shown(client: Client, query: str) -> set[str]:
    found = client.get(f"{QUEUE}?{query}").context["cl"].result_list
    return {recipient.address for recipient in found}


def test_each_stage_is_found(world: World, operator: Client) -> None:
    now = int(time.time())
    due = world.queued("due@example.net")
    busy = world.queued("busy@example.net")
    world.queued("waits@example.net")
    world.queued("failed@example.net", queue.FAILED)
    Recipient.objects.filter(pk=due).update(next_attempt_at=now - 5)
    Recipient.objects.filter(pk=busy).update(lease_until=now + 60)
    assert shown(operator, "stage=due") == {"due@example.net"}
    assert shown(operator, "stage=working") == {"busy@example.net"}
    assert shown(operator, "stage=waiting") == {"waits@example.net"}
    assert shown(operator, "stage=failed") == {"failed@example.net"}
    assert shown(operator, "state=failed") == {"failed@example.net"}
    assert shown(operator, "q=no+answer") >= {"waits@example.net"}


def test_retry_makes_a_recipient_due(world: World, operator: Client, _no_broker: list[str]) -> None:
    number = world.queued(state=queue.FAILED)
    chosen = {"action": "retry", "_selected_action": [number]}
    assert "tried at once" in operator.post(QUEUE, chosen).content.decode()
    assert Recipient.objects.get().state == queue.FAILED
    operator.post(QUEUE, {**chosen, "confirmed": "yes"})
    row = Recipient.objects.get()
    assert row.state == queue.QUEUED and row.next_attempt_at <= time.time()
    assert _no_broker == [row.place]


def test_cancel_gives_up_what_waits_and_spares_what_is_sent(world: World, operator: Client) -> None:
    waits, busy = world.queued("waits@example.net"), world.queued("busy@example.net")
    Recipient.objects.filter(pk=busy).update(lease_until=int(time.time()) + 60)
    chosen = {"action": "cancel", "_selected_action": [waits, busy]}
    assert "sender is not told" in operator.post(QUEUE, chosen).content.decode()
    answer = operator.post(QUEUE, {**chosen, "confirmed": "yes"}, follow=True)
    assert "1 cancelled. For 1 it was too late." in answer.content.decode()
    assert Recipient.objects.get(pk=waits).state == queue.CANCELLED
    assert Recipient.objects.get(pk=busy).state == queue.QUEUED


def test_a_submission_shows_its_recipients(world: World, operator: Client) -> None:
    number = world.queued("carol@example.net")
    parent = Recipient.objects.get(pk=number).submission_id
    page = operator.get(f"{SUBMISSIONS}{parent}/change/").content.decode()
    assert "carol@example.net" in page and "4.4.1 no answer" in page
    assert "carol@example.net" in operator.get(f"{SUBMISSIONS}?q=carol").content.decode()
    assert operator.get(f"{QUEUE}{number}/change/").status_code == 200


def test_the_page_of_one_recipient_offers_the_same_actions(world: World, operator: Client) -> None:
    number = world.queued()
    page = operator.get(f"{QUEUE}{number}/change/").content.decode()
    for action in ("retry", "hold", "release", "reroute", "cancel"):
        assert f'name="action" value="{action}"' in page
    operator.post(QUEUE, {"action": "cancel", "_selected_action": number, "confirmed": "yes"})
    assert Recipient.objects.get().state == queue.CANCELLED


def test_hold_and_release(world: World, operator: Client, _no_broker: list[str]) -> None:
    number = world.queued()
    chosen = {"_selected_action": [number], "confirmed": "yes"}
    operator.post(QUEUE, {**chosen, "action": "hold"})
    assert Recipient.objects.get().state == queue.HELD
    assert shown(operator, "stage=held") == {"carol@example.net"}
    operator.post(QUEUE, {**chosen, "action": "release"})
    row = Recipient.objects.get()
    assert row.state == queue.QUEUED and row.next_attempt_at <= time.time()
    page = operator.get(f"{SUBMISSIONS}{row.submission_id}/change/").content.decode()
    assert "held in the admin" in page and "released in the admin" in page


def test_mail_is_sent_another_way(world: World, operator: Client, _no_broker: list[str]) -> None:
    chosen = {"action": "reroute", "_selected_action": [world.queued()]}
    assert 'name="given"' in operator.post(QUEUE, chosen).content.decode()
    refused = operator.post(QUEUE, {**chosen, "confirmed": "yes", "given": "me@example.org"})
    assert "a domain or * is needed" in refused.content.decode()
    assert Recipient.objects.get().place == ""
    operator.post(QUEUE, {**chosen, "confirmed": "yes", "given": "smtp://relay.test:2525"})
    assert Recipient.objects.get().place == "smtp://relay.test:2525"
    assert _no_broker == ["smtp://relay.test:2525"]


def test_unreachable_places_and_policies_are_shown(world: World, operator: Client) -> None:
    Destination.objects.create(place="dead.test", failures=3, retry_at=0, reason="no answer")
    StsPolicy.objects.create(
        domain="strict.test", policy_id="1", mode="enforce", hosts="mx.strict.test",
        fetched_at=0, expires_at=1,
    )  # fmt: skip
    for name, word in (("destination", "dead.test"), ("stspolicy", "mx.strict.test")):
        assert word in operator.get(f"/admin/lemonade_server/{name}/").content.decode()
