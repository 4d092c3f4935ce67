"""Where addresses lead: aliases, other names of a domain, what nobody has, mailboxes by name."""

from __future__ import annotations

import time

import pytest
from django.conf import settings

from lemonade_server.delivery.acceptance import Acceptance, Terms, accept
from lemonade_server.delivery.route import Leg, route
from lemonade_server.directory import ownership, srs
from lemonade_server.models import Account, Alias, Domain, Mailbox, Message, Submission
from lemonade_server.store import ingest, mailboxes, queue
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.store.posting import ANYONE
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.store.sql import access
from lemonade_server.wire.errors import Reply

from .post import MESSAGE, inbox

pytestmark = pytest.mark.django_db(transaction=True)

ALICE = "alice@lemonade.test"


def legs(address: str) -> list[Leg]:
    with transaction() as tx:
        return route(tx, address).legs


def ends(address: str) -> list[str]:
    """The addresses that it becomes; of those that lead nowhere the status."""
    return [leg.status or leg.address for leg in legs(address)]


def arrive(
    *recipients: str, sender: str = "bob@example.org", message: bytes = MESSAGE,
    junk: bool = False, vouched: bool = False,
) -> Acceptance:  # fmt: skip
    """Mail from elsewhere."""
    prepared = ingest.prepare(message)
    with transaction() as tx:
        envelope = Envelope(
            account=None,
            sender=sender,
            recipients=[Target(each) for each in recipients],
            source="smtp",
            arrived_at=int(time.time()),
        )
        return accept(
            tx, envelope, prepared, b"Received: from here\r\n", Terms(False, False, junk, vouched)
        )


def in_mailbox(account: Account, name: str) -> int:
    box = Mailbox.objects.get(account=account, name=name)
    return Message.objects.filter(mailbox=box).count()


@pytest.fixture
def mailboxes_of_alice(alice: Account) -> Account:
    with transaction() as tx:
        account = AccountId(alice.pk)
        mailboxes.provision(tx, account)
        for name in ("Lists", "Work/Bills", "Bücher"):
            mailboxes.create(tx, account, name)
        closed = mailboxes.create(tx, account, "Closed")
        tx.execute(access.SET, (closed.id, ANYONE, True, "p"))
    return alice


def test_an_alias_leads_to_several_here_and_elsewhere(alice: Account, bob: Account) -> None:
    Alias.objects.create_leading_to(
        "team@lemonade.test", ALICE, "bob@lemonade.test", "carol@example.org"
    )
    assert ends("Team@Lemonade.test") == [ALICE, "bob@lemonade.test", "carol@example.org"]
    assert legs("team@lemonade.test")[2].alias == "Team@Lemonade.test".lower()
    assert ends("team+x@lemonade.test") == ends("team@lemonade.test")


def test_a_circle_of_aliases_ends(alice: Account) -> None:
    Alias.objects.create_leading_to("a@lemonade.test", "b@lemonade.test")
    Alias.objects.create_leading_to("b@lemonade.test", "a@lemonade.test")
    assert ends("a@lemonade.test") == ["5.4.6"]


def test_another_name_of_the_domain(alice: Account) -> None:
    domain = Domain.objects.create(name="lemonade.test")
    Domain.objects.create(name="lemonade.example", alias_of=domain)
    assert ends("alice+Lists@lemonade.example") == ["alice+Lists@lemonade.test"]
    assert legs("alice+Lists@lemonade.example")[0].detail == "Lists"
    assert ends("nobody@lemonade.example") == ["5.1.1"]
    with transaction() as tx:
        account = AccountId(alice.pk)
        assert ownership.owns_address(tx, account, "alice@lemonade.example")
        assert not ownership.owns_address(tx, account, "bob@lemonade.example")


def test_what_nobody_has(alice: Account, bob: Account) -> None:
    Domain.objects.create(name="lemonade.test", catch_all=ALICE)
    assert ends("anybody@lemonade.test") == [ALICE]
    assert ends("bob@lemonade.test") == ["bob@lemonade.test"]
    bob.is_active = False
    bob.save()
    assert ends("bob@lemonade.test") == ["5.2.1"], "a disabled account is somebody"


@pytest.mark.parametrize("name", ["postmaster", "Abuse"])
def test_names_that_always_work(alice: Account, bob: Account, name: str) -> None:
    Domain.objects.create(name="other.test")
    assert ends(f"{name}@other.test") == [ALICE], "without an admin it is the first of all"
    bob.is_superuser = True
    bob.save()
    assert ends(f"{name}@lemonade.test") == ["bob@lemonade.test"]
    assert ends("postmaster") == ["bob@lemonade.test"]


@pytest.mark.parametrize(
    ("detail", "mailbox"),
    [
        ("Lists", "Lists"),
        ("lists", "Lists"),
        ("WORK/bills", "Work/Bills"),
        ("Bücher", "Bücher"),
        ("B&APw-cher", "Bücher"),
        ("Sent", "Sent"),
        ("Closed", "INBOX"),
        ("Nowhere", "INBOX"),
        ("", "INBOX"),
    ],
)
def test_the_detail_names_a_mailbox(mailboxes_of_alice: Account, detail: str, mailbox: str) -> None:
    before = Mailbox.objects.count()
    arrive(f"alice+{detail}@lemonade.test")
    assert in_mailbox(mailboxes_of_alice, mailbox) == 1
    assert Mailbox.objects.count() == before, "none is made"


def test_spam_goes_to_junk(mailboxes_of_alice: Account) -> None:
    arrive("alice+Lists@lemonade.test", junk=True)
    assert in_mailbox(mailboxes_of_alice, "Junk") == 1


def test_each_recipient_is_named_on_its_own_copy_alone(alice: Account, bob: Account) -> None:
    Alias.objects.create_leading_to("team@lemonade.test", "alice@lemonade.test")
    front = b"Return-Path: <bob@example.org>\r\nDelivered-To: %b\r\nReceived: from here\r\n"
    arrive(ALICE)
    arrive("team@lemonade.test", "bob@lemonade.test")
    copies = [*inbox(alice), *inbox(bob)]
    for octets, address in zip(copies, (ALICE, ALICE, "bob@lemonade.test"), strict=True):
        assert octets == front % address.encode() + MESSAGE
    assert Submission.objects.count() == 0, "what is delivered leaves nothing in the queue"


def test_a_report_returns_the_copy_that_names_nobody(alice: Account, bob: Account) -> None:
    Alias.objects.create_leading_to("team@lemonade.test", "bob@lemonade.test")
    prepared = ingest.prepare(MESSAGE)
    target = Target("team@lemonade.test", notify="SUCCESS")
    with transaction() as tx:
        accept(
            tx,
            Envelope(None, ALICE, [target], source="lmtp", arrived_at=int(time.time())),
            prepared,
            terms=Terms(answered=True, recorded=False, vouched=True),
        )
    (report,) = inbox(alice)
    assert b"Action: delivered" in report and b"Subject: tea" in report
    assert b"Delivered-To: bob" not in report


def test_forwarded_mail_has_a_sender_of_ours_and_leads_reports_back(db: object) -> None:
    Alias.objects.create_leading_to("away@lemonade.test", "carol@example.net")
    accepted = arrive("away@lemonade.test", vouched=True)
    assert (accepted.queued, accepted.delivered) == (1, 0)
    (row,) = Submission.objects.all()
    assert row.sender.startswith("SRS0=") and row.sender.endswith("=bob@lemonade.test")
    with transaction() as tx:
        found = queue.envelope(tx, row.pk)
        header = tx.value("SELECT header FROM content WHERE id = %s", (row.content_id,))
    assert found is not None
    assert [each.address for each in found.recipients] == ["carol@example.net"]
    assert bytes(header).startswith(b"Delivered-To: away@lemonade.test\r\nReceived:")
    assert ends(row.sender) == ["bob@example.org"]
    assert ends(row.sender.lower()) == ["bob@example.org"]
    assert ends(row.sender.replace("=bob@", "=eve@")) == ["5.1.1"], "nobody else relays so"


def test_mail_that_comes_round_again_is_stopped(db: object) -> None:
    Alias.objects.create_leading_to("away@lemonade.test", "carol@example.net")
    with pytest.raises(Reply, match=r"550 5\.4\.6"):
        arrive("away@lemonade.test", message=b"Delivered-To: Away@Lemonade.test\r\n" + MESSAGE)
    assert Submission.objects.count() == 0


def test_mail_is_not_delivered_where_it_was_before(alice: Account, bob: Account) -> None:
    Alias.objects.create_leading_to("team@lemonade.test", "alice@lemonade.test")
    been = b"Delivered-To: <Alice@lemonade.test>\r\n" + MESSAGE
    for address in (ALICE, "team@lemonade.test"):
        with pytest.raises(Reply, match=r"550 5\.4\.6"):
            arrive(address, message=been)
    arrive("bob@lemonade.test", message=been)
    assert (len(inbox(alice)), len(inbox(bob))) == (0, 1)


def test_what_a_filter_sent_on_and_gets_back_is_kept(alice: Account) -> None:
    arrive(
        "alice+tea@lemonade.test",
        message=b"X-Sieve-Redirected-From: alice@lemonade.test\r\n"
        b"Delivered-To: alice+tea@lemonade.test\r\n" + MESSAGE,
    )
    assert len(inbox(alice)) == 1


def test_a_rewritten_sender_ends_after_three_weeks() -> None:
    now = 1_800_000_000
    address = srs.rewritten_sender("Bob@Example.org", "lemonade.test", settings.SECRET_KEY, now)
    assert srs.original_sender(address, settings.SECRET_KEY, now + 20 * 86_400) == "Bob@Example.org"
    assert srs.original_sender(address, settings.SECRET_KEY, now + 22 * 86_400) is None
    assert srs.original_sender(address, "another key", now) is None
    assert srs.rewritten_sender("x" * 200 + "@y.z", "a.b", "key", now) == "x" * 200 + "@y.z"
