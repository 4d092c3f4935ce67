"""Accepted mail: delivered here at once, queued for elsewhere, reported where wished."""

from __future__ import annotations

import pytest

from lemonade_server.delivery.acceptance import Acceptance, Terms, accept
from lemonade_server.models import Account, Alias, ContentUse, Domain, Mailbox, Message
from lemonade_server.store import ingest, mailboxes
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire.errors import Reply

from .post import MESSAGE, inbox, rows, send

pytestmark = pytest.mark.django_db


def test_local_mail_is_in_the_inbox_at_once(alice: Account, bob: Account) -> None:
    accepted = send(alice, bob.email)
    assert (accepted.delivered, accepted.queued, accepted.failed) == (1, 0, 0)
    assert inbox(bob) == [b"Return-Path: <alice@lemonade.test>\r\n" + MESSAGE]


def test_local_recipients_share_one_content(alice: Account, bob: Account) -> None:
    send(alice, bob.email, alice.email)
    assert Message.objects.values("content_id").distinct().count() == 1


def test_an_address_named_twice_gets_the_message_once(alice: Account, bob: Account) -> None:
    accepted = send(alice, bob.email, "BOB+tea@lemonade.test")
    assert len(inbox(bob)) == 1
    assert [row.state for row in rows(accepted.submission)] == ["delivered", "delivered"]


def test_mail_for_elsewhere_is_queued_and_a_worker_woken(
    alice: Account, woken: list[str], django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        accepted = send(alice, "carol@example.org")
    assert [row.state for row in rows(accepted.submission)] == ["queued"]
    assert woken == ["example.org"]


def test_an_alias_reaches_everybody_behind_it(alice: Account, bob: Account) -> None:
    Alias.objects.create_leading_to("team@lemonade.test", str(alice), str(bob), "carol@example.org")
    accepted = send(alice, "team@lemonade.test")
    assert (len(inbox(alice)), len(inbox(bob)), accepted.queued) == (1, 1, 1)
    assert {row.orcpt for row in rows(accepted.submission)} == {"rfc822;team@lemonade.test"}


def test_aliases_in_a_circle_end(alice: Account, bob: Account) -> None:
    Alias.objects.create_leading_to("a@lemonade.test", "b@lemonade.test")
    Alias.objects.create_leading_to("b@lemonade.test", "a@lemonade.test")
    with pytest.raises(Reply, match=r"550 5\.4\.6"):
        send(alice, "a@lemonade.test")
    Alias.objects.get(address="b@lemonade.test").set_targets(["a@lemonade.test", str(bob)])
    send(alice, "a@lemonade.test")
    assert len(inbox(bob)) == 1


def test_an_alias_that_names_itself_keeps_a_copy(alice: Account, bob: Account) -> None:
    Alias.objects.create_leading_to(bob.email, str(bob), str(alice))
    send(alice, bob.email)
    assert (len(inbox(bob)), len(inbox(alice))) == (1, 1)


def test_unknown_and_disabled_mailboxes_are_refused(alice: Account, bob: Account) -> None:
    with pytest.raises(Reply, match=r"550 5\.1\.1"):
        send(alice, "nobody@lemonade.test")
    Account.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(Reply, match=r"550 5\.2\.1"):
        send(alice, bob.email)
    Domain.objects.create(name="second.test")
    with pytest.raises(Reply, match=r"550 5\.1\.1"):
        send(alice, "bob@second.test")


def test_postmaster_is_read_by_the_admins(alice: Account) -> None:
    admin = Account.objects.create_superuser("admin@lemonade.test", "open sesame")
    send(alice, "postmaster")
    assert len(inbox(admin)) == 1


def test_one_full_mailbox_does_not_stop_the_others(alice: Account, bob: Account) -> None:
    Account.objects.filter(pk=bob.pk).update(quota=10)
    carol = Account.objects.create_user("carol@lemonade.test", "open sesame")
    accepted = send(alice, bob.email, carol.email)
    assert len(inbox(carol)) == 1
    assert (accepted.delivered, accepted.failed) == (1, 1)
    (report,) = inbox(alice)
    assert b"Status: 5.2.2" in report and b"Final-Recipient: rfc822; bob@lemonade.test" in report
    with pytest.raises(Reply, match=r"552 5\.2\.2"):
        send(alice, bob.email)


def test_success_is_reported_when_asked_for(alice: Account, bob: Account) -> None:
    target = Target(bob.email, orcpt="rfc822;Bob+x@lemonade.test", notify="SUCCESS,FAILURE")
    send(alice, target, envid="tea 1", message=MESSAGE)
    (report,) = inbox(alice)
    assert report.startswith(b"Return-Path: <>\r\n")
    for line in (
        b"Original-Envelope-Id: tea 1",
        b"Original-Recipient: rfc822; Bob+x@lemonade.test",
        b"Final-Recipient: rfc822; bob@lemonade.test",
        b"Action: delivered",
        b"Status: 2.0.0",
        b"Content-Type: text/rfc822-headers",
        b"Auto-Submitted: auto-replied",
    ):
        assert line + b"\r\n" in report
    assert b"At five?" not in report


@pytest.mark.parametrize("notify", ["", "NEVER", "FAILURE", "DELAY"])
def test_success_is_not_reported_otherwise(alice: Account, bob: Account, notify: str) -> None:
    send(alice, Target(bob.email, notify=notify))
    assert inbox(alice) == []


def test_nobody_is_told_of_mail_from_nobody(alice: Account, bob: Account) -> None:
    Account.objects.filter(pk=bob.pk).update(quota=10)
    send(None, alice.email, Target(bob.email, notify="SUCCESS,FAILURE"))
    assert len(inbox(alice)) == 1


def test_an_alias_that_leads_nowhere_in_part_is_reported(alice: Account) -> None:
    Alias.objects.create_leading_to("team@lemonade.test", str(alice), "nobody@lemonade.test")
    send(alice, "team@lemonade.test")
    _, report = inbox(alice)
    assert b"Final-Recipient: rfc822; team@lemonade.test\r\n" in report
    assert b"nobody@lemonade.test" not in report


def hand_over(*recipients: str) -> Acceptance:
    """What a mail server beside us hands over, each recipient answered for itself."""
    targets = [Target(address) for address in recipients]
    prepared = ingest.prepare(MESSAGE)
    with transaction() as tx:
        envelope = Envelope(None, "ann@client.example", targets, arrived_at=1_700_000_000)
        return accept(tx, envelope, prepared, b"", Terms(answered=True, recorded=False))


def test_a_message_that_finds_no_room_is_not_kept(bob: Account) -> None:
    """Nobody uses what was stored for it, so that it is erased (the store is checked, too)."""
    Account.objects.filter(pk=bob.pk).update(quota=10)
    assert hand_over(bob.email).failed == 1
    assert list(ContentUse.objects.values_list("refs", flat=True)) == [0]
    assert not ContentUse.objects.filter(dropped_at=None).exists()


def test_two_details_of_one_account_share_no_use(alice: Account) -> None:
    """Each of them puts a message into a mailbox."""
    with transaction() as tx:
        for name in ("tea", "milk"):
            mailboxes.create(tx, AccountId(alice.pk), name)
    hand_over("alice+tea@lemonade.test", "alice+milk@lemonade.test", "alice@lemonade.test")
    assert Message.objects.count() == 3


def test_an_account_without_mailboxes_gets_them_with_its_first_message(bob: Account) -> None:
    Mailbox.objects.filter(account=bob).delete()
    assert hand_over(bob.email).delivered == 1
    assert len(inbox(bob)) == 1
