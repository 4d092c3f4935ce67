"""What was said to be cancelled is never sent, also when a worker has lost its lease."""

from __future__ import annotations

import time

import pytest

from lemonade_server.delivery.queue import operator_actions, schedule
from lemonade_server.delivery.queue.local_recipients import deliver_here
from lemonade_server.models import Account, Recipient
from lemonade_server.store import queue, queue_work
from lemonade_server.store.db import transaction
from lemonade_server.store.queue import Envelope, Target

from .post import inbox, later, pass_on, send

pytestmark = pytest.mark.django_db


def held_for(alice: Account, bob: Account) -> int:
    """A message to bob that is to be released later, and may go by now."""
    now = int(time.time())
    sent = send(alice, bob.email, arrived_at=now - 100, release_at=now - 50).submission
    later(sent)
    return sent


def taken(sent: int, owner: str) -> tuple[Envelope, list[Target]]:
    """A worker's lease on it."""
    now = int(time.time())
    with transaction() as tx:
        place = str(Recipient.objects.get(submission_id=sent).place)
        targets = queue_work.claim_one(tx, sent, place, owner, now, schedule.LEASE)
        envelope = queue.find_envelope(tx, sent)
    assert envelope is not None and len(targets) == 1
    return envelope, targets


def cancelled(target: Target) -> bool:
    with transaction() as tx:
        return operator_actions.cancel(tx, target.id)


def test_what_a_slow_worker_has_in_hand_cannot_be_cancelled(alice: Account, bob: Account) -> None:
    sent = held_for(alice, bob)
    _, (target,) = taken(sent, "slow")
    Recipient.objects.update(lease_until=1)
    assert not cancelled(target)
    pass_on(sent)
    assert len(inbox(bob)) == 1


def test_what_was_cancelled_in_time_is_not_delivered(alice: Account, bob: Account) -> None:
    sent = held_for(alice, bob)
    assert cancelled(Target(bob.email, id=Recipient.objects.get(submission_id=sent).pk))
    assert pass_on(sent) == 0
    assert inbox(bob) == []


def test_a_worker_that_lost_its_lease_delivers_nothing(alice: Account, bob: Account) -> None:
    sent = held_for(alice, bob)
    envelope, targets = taken(sent, "slow")
    Recipient.objects.update(lease_until=1)
    pass_on(sent)
    with transaction() as tx:
        deliver_here(tx, envelope, targets, "slow", int(time.time()))
    assert len(inbox(bob)) == 1
