"""Mail whose sender nobody vouches for: whom it names must never hear of it (backscatter)."""

from __future__ import annotations

import pytest

from lemonade_server.delivery.accept import Accepted, Terms, accept
from lemonade_server.models import Account, Mailbox, Submission
from lemonade_server.store import ingest
from lemonade_server.store.db import transaction
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire.errors import Reply

from .filtering import box, use
from .post import MESSAGE, inbox

pytestmark = pytest.mark.django_db

STRANGER = "victim@example.org"
REFUSES = b'require "reject"; reject "Not for me";'


def receive(*recipients: Target, vouched: bool = False) -> Accepted:
    """Take a message as from another host."""
    with transaction() as tx:
        envelope = Envelope(None, STRANGER, list(recipients), arrived_at=1_700_000_000)
        terms = Terms(recorded=False, vouched=vouched)
        return accept(tx, envelope, ingest.prepare(MESSAGE), b"", terms)


def test_a_single_refusal_is_told_in_the_dialogue(alice: Account) -> None:
    use(alice, REFUSES)
    with pytest.raises(Reply, match=r"550 5\.7\.1 Not for me"):
        receive(Target(alice.email))


def test_when_all_refuse_it_is_told_in_the_dialogue(alice: Account, bob: Account) -> None:
    use(alice, REFUSES)
    use(bob, REFUSES)
    with pytest.raises(Reply, match=r"550 5\.7\.1 Not for me"):
        receive(Target(alice.email), Target(bob.email))
    assert box(alice, "Junk") == box(bob, "Junk") == []


def test_a_refusal_among_others_keeps_the_message_as_junk(alice: Account, bob: Account) -> None:
    use(alice, REFUSES)
    accepted = receive(Target(alice.email), Target(bob.email))
    assert (accepted.delivered, accepted.failed) == (2, 0)
    assert len(box(alice, "Junk")) == len(inbox(bob)) == 1
    assert inbox(alice) == [] and not Submission.objects.exists()


def test_without_a_place_for_junk_it_is_kept_in_the_inbox(alice: Account, bob: Account) -> None:
    use(alice, REFUSES)
    Mailbox.objects.filter(account=alice, special_use__contains="Junk").update(special_use="")
    receive(Target(alice.email), Target(bob.email))
    assert len(inbox(alice)) == 1


def test_a_sender_that_is_vouched_for_is_told(alice: Account, bob: Account) -> None:
    use(alice, REFUSES)
    accepted = receive(Target(alice.email), Target(bob.email), vouched=True)
    assert (accepted.delivered, accepted.failed) == (1, 1)
    assert Submission.objects.get().source == "report"


def test_success_is_not_reported_to_a_stranger(alice: Account) -> None:
    receive(Target(alice.email, notify="SUCCESS"))
    assert not Submission.objects.exists()
    receive(Target(alice.email, notify="SUCCESS"), vouched=True)
    assert Submission.objects.get().source == "report"


def test_a_full_mailbox_among_others_is_for_later(alice: Account, bob: Account) -> None:
    """Neither lost nor reported: nobody gets it, and the host that sends it keeps it."""
    use(alice, b"keep;")
    Account.objects.filter(pk=alice.pk).update(quota=10)
    with pytest.raises(Reply, match=r"452 4\.2\.2"):
        receive(Target(alice.email), Target(bob.email))
    assert inbox(bob) == []
