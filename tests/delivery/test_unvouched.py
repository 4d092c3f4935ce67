"""Mail whose sender nobody vouches for: whom it names must never hear of it (backscatter)."""

from __future__ import annotations

import pytest

from lemonade_server.delivery.acceptance import Acceptance, Terms, accept
from lemonade_server.delivery.queue import courier
from lemonade_server.models import Account, Alias, Mailbox, Recipient, Submission
from lemonade_server.store import ingest
from lemonade_server.store.db import transaction
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire.errors import Reply

from .conftest import relay_to
from .filtering import box, use
from .post import MESSAGE, inbox
from .sink import Sink, running

pytestmark = pytest.mark.django_db

STRANGER = "victim@example.org"
REFUSES = b'require "reject"; reject "Not for me";'


def receive(*recipients: Target, vouched: bool = False) -> Acceptance:
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


def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pass on what waits to a host that wants none of it."""
    with running(Sink(answers={"RCPT": "550 5.7.1 spam"})) as host:
        relay_to(monkeypatch, f"smtp://127.0.0.1:{host.port}")
        courier.run("*")


def reports() -> list[tuple[str, str]]:
    """Reports, by whom they are for and what became of them."""
    found = Recipient.objects.filter(submission__source="report")
    return list(found.values_list("address", "state"))


@pytest.mark.django_db(transaction=True)
def test_a_redirection_that_fails_is_told_to_whose_filter_it_is(
    alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not sent on by that same filter: it is about what the filter does."""
    relay_to(monkeypatch, "smtp://127.0.0.1:1")
    use(alice, b'redirect "carol@example.net";')
    receive(Target(alice.email))
    assert Submission.objects.get().sender == alice.email
    refused(monkeypatch)
    assert reports() == [(alice.email, "delivered")]
    (report,) = inbox(alice)
    assert b"550 5.7.1 spam" in report and STRANGER.encode() not in report.partition(b"\r\n\r\n")[0]
    assert Recipient.objects.filter(state="queued").count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_forward_that_fails_is_seen_in_the_queue_alone(
    db: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay_to(monkeypatch, "smtp://127.0.0.1:1")
    Alias.objects.create_leading_to("away@lemonade.test", "carol@example.net")
    receive(Target("away@lemonade.test"))
    assert Submission.objects.get().sender == ""
    refused(monkeypatch)
    assert reports() == []
    row = Recipient.objects.get()
    assert (row.state, row.diagnostic) == ("failed", "550 5.7.1 spam")


def test_a_redirection_to_an_alias_that_leads_elsewhere(
    alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    Alias.objects.create_leading_to("away@lemonade.test", "carol@example.net")
    use(alice, b'redirect "away@lemonade.test";')
    receive(Target(alice.email))
    sent = Submission.objects.get()
    assert (sent.sender, sent.recipient_set.get().address) == (alice.email, "carol@example.net")


def test_who_is_vouched_for_hears_of_it(alice: Account) -> None:
    use(alice, b'redirect "carol@example.net";')
    receive(Target(alice.email), vouched=True)
    assert Submission.objects.get().sender.startswith("SRS0=")
