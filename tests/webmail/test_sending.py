"""Composing and submitting when things go wrong, and the ways around what a server lacks."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.mailserver import MailServer
from webmail import mail
from webmail.mail.access import filing
from webmail.mail.imap.client import LemonadeClient
from webmail.mail.imap.commands import Payload, mailbox
from webmail.mail.imap.pool import connections
from webmail.mail.message.errors import BadDraft, Refused, Unreachable
from webmail.mail.message.messages import Row
from webmail.mail.message.origin import Address
from webmail.mail.message.parts import Upload
from webmail.models import Outbox
from webmail.outgoing import attempts, handover, outbox, tasks
from webmail.outgoing.draft import Draft
from webmail.outgoing.submission_client import SmtpClient
from webmail.people.identity import Identities
from webmail.transport.endpoint import Endpoint
from webmail.writing.answers import plan_forward, plan_reply
from webmail.writing.originals import open_draft

from .letters import message, octets
from .sessions import part_stream, save, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests play the worker themselves."""
    monkeypatch.setattr(outbox, "wake", lambda pk, hold=0: None)


@pytest.fixture
def people(ours: MailServer, django_user_model: Any) -> tuple[str, str]:
    alice, bob = ours.add_account("alice"), ours.add_account("bob")
    django_user_model.objects.create_user(alice)
    return alice, bob


def draft(alice: str, to: str, **fields: Any) -> Draft:
    return Draft(sender=f"Alice <{alice}>", to=to, subject="Hi", text="Some words.\n", **fields)


def inbox(email: str) -> list[Row]:
    with mail.session(email) as imap:
        return imap.page("INBOX").rows


def put(email: str, data: bytes) -> int:
    with connections.session(email) as imap:
        answer = imap.command(b"APPEND", mailbox("INBOX"), Payload(len(data), [data])).check()
    return int(answer.code[1].split()[1])


def without(monkeypatch: pytest.MonkeyPatch, capability: str) -> None:
    """As if the IMAP server did not announce it."""
    known = LemonadeClient.has
    monkeypatch.setattr(
        LemonadeClient, "has", lambda self, name: name != capability and known(self, name)
    )


def only(address: str) -> Identities:
    """Somebody with one address."""
    return Identities([Address("", address)], Address("", address))


def test_a_reply_is_threaded_quoted_and_marked(people: tuple[str, str]) -> None:
    alice, bob = people
    uid = put(alice, message("Question", "Are you there?\n"))
    with mail.session(alice) as imap:
        answer = plan_reply(imap, "INBOX", uid, only(alice))
        assert "> Are you there?" in answer.text and answer.subject == "Re: Question"
        assert answer.to == "Zoë Ünger <zoe@x.example>"
        answer.to = bob
        row = outbox.send(imap, answer)
    attempts.attempt(row.pk)
    with mail.session(bob) as imap:
        (got,) = imap.page("INBOX").rows
        letter = imap.open_message("INBOX", got.uid)
    with mail.session(alice) as imap:
        original = imap.open_message("INBOX", uid)
    assert letter.in_reply_to == original.message_id == letter.references
    assert original.flags.answered
    assert "> Are you there?" in letter.text


def test_uploads_arrive_as_they_were(people: tuple[str, str]) -> None:
    alice, bob = people
    data = octets(300_001)
    upload = Upload("Bücher.zip", "application/zip", len(data), lambda: io.BytesIO(data))
    row = send(alice, draft(alice, bob, uploads=[upload]))
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered"
    with mail.session(bob) as imap:
        (got,) = imap.page("INBOX").rows
        (part,) = imap.open_message("INBOX", got.uid).attachments
    assert part.filename == "Bücher.zip"
    assert b"".join(part_stream(bob, "INBOX", got.uid, part.section).chunks()) == data


def test_drafts_are_saved_replaced_and_sent(people: tuple[str, str]) -> None:
    alice, bob = people
    uid = put(alice, message("Paper", attachment=octets(2000)))
    with mail.session(alice) as imap:
        first = plan_forward(imap, "INBOX", uid, alice)
        stored = save(imap, first)
        again = open_draft(imap, stored.folder, stored.uid)
        assert [part.name for part in again.kept] == ["paper.pdf"]
        again.to, again.bcc, again.sender = bob, alice, alice
        stored = save(imap, again)
        assert imap.page(stored.folder).exists == 1
        last = open_draft(imap, stored.folder, stored.uid)
        assert last.bcc == alice
        last.kept = imap.server_side_parts([part.token for part in last.kept])
        row = outbox.send(imap, last)
        assert imap.page(stored.folder).exists == 0
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered"


def test_what_can_not_be_sent_says_why_and_stores_nothing(
    people: tuple[str, str], settings: Any
) -> None:
    alice, bob = people
    settings.WEBMAIL_MAX_MESSAGE = 1000
    big = Upload("x", "text/plain", 2000, lambda: io.BytesIO(bytes(2000)))
    for wrong, field in (
        (draft(alice, ""), "to"),
        (draft(alice, "bob@"), "to"),
        (draft("nobody", bob), "sender"),
        (draft(alice, bob, cc="x y@z.example"), "cc"),
        (draft(alice, bob, uploads=[big]), "uploads"),
    ):
        with pytest.raises(BadDraft) as caught:
            send(alice, wrong)
        assert caught.value.field == field
    assert not Outbox.objects.exists()
    with mail.session(alice) as imap:
        assert imap.page("Sent").exists == 0


def test_without_a_ticket_nothing_stays_in_sent(people: tuple[str, str], settings: Any) -> None:
    alice, bob = people
    settings.WEBMAIL_URL_HOST = "another.example"
    with pytest.raises(Refused):
        send(alice, draft(alice, bob))
    with mail.session(alice) as imap:
        assert imap.page("Sent").exists == 0


def test_an_unknown_recipient_is_named(people: tuple[str, str]) -> None:
    alice, bob = people
    row = send(alice, draft(alice, f"{bob}, nobody-here@lemonade.test"))
    attempts.attempt(row.pk)
    status = outbox.send_status(row)
    states = {recipient.address: recipient.state for recipient in status.recipients}
    assert states == {bob: "delivered", "nobody-here@lemonade.test": "failed"}
    assert status.state == "failed" and "nobody-here@lemonade.test" in status.text
    assert not status.can_retry


def test_nobody_accepted_can_be_tried_again(people: tuple[str, str]) -> None:
    alice, _ = people
    row = send(alice, draft(alice, "nobody-here@lemonade.test"))
    attempts.attempt(row.pk)
    status = outbox.send_status(row)
    assert status.state == "failed" and status.can_retry and status.final
    outbox.retry(row)
    assert outbox.send_status(row).state == "composed"


def test_a_server_that_is_away_is_tried_again_later(people: tuple[str, str], settings: Any) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    right = settings.WEBMAIL_SUBMISSION
    settings.WEBMAIL_SUBMISSION = ("127.0.0.1", 1)
    attempts.attempt(row.pk)
    status = outbox.send_status(row)
    assert status.state == "composed" and "can't be reached" in status.text
    assert attempts.due() == []
    settings.WEBMAIL_SUBMISSION = right
    Outbox.objects.update(next_attempt_at=timezone.now())
    assert attempts.due() == [row.pk]
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered"
    assert len(inbox(bob)) == 1


def test_after_a_day_it_is_given_up(people: tuple[str, str], settings: Any) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    settings.WEBMAIL_SUBMISSION = ("127.0.0.1", 1)
    Outbox.objects.update(created_at=timezone.now() - timedelta(days=2))
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "composed", "tried once: the clock may have been set"
    Outbox.objects.update(attempts=50, next_attempt_at=timezone.now())
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "failed"


def test_what_a_clock_set_back_leaves_ahead_is_due(people: tuple[str, str]) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    tomorrow = timezone.now() + timedelta(days=1)
    Outbox.objects.update(next_attempt_at=tomorrow)
    assert attempts.due() == [row.pk]
    Outbox.objects.update(release_at=tomorrow)
    assert attempts.due() == [], "somebody has named that time"
    submitting_since = {"state": Outbox.State.SUBMITTING, "lease_until": tomorrow}
    Outbox.objects.update(**submitting_since)
    assert attempts.due() == [row.pk]
    Outbox.objects.update(state=Outbox.State.COMPOSED, release_at=None, next_attempt_at=tomorrow)
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered"


def test_a_message_taken_out_of_sent_meanwhile(people: tuple[str, str]) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    with mail.session(alice) as imap:
        imap.move("Sent", [row.uid], "Trash")
    attempts.attempt(row.pk)
    status = outbox.send_status(row)
    assert status.state == "failed" and "no longer in Sent" in status.text
    assert inbox(bob) == []


def test_one_claim_at_a_time_and_a_dead_worker_is_followed(people: tuple[str, str]) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    assert attempts.claim(row.pk) is not None
    assert attempts.claim(row.pk) is None and attempts.due() == []
    Outbox.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert attempts.due() == [row.pk]
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered"
    assert len(inbox(bob)) == 1


def test_a_worker_that_died_after_the_250_sends_nothing_twice(people: tuple[str, str]) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    claimed = attempts.claim(row.pk)
    assert claimed is not None
    handover.submit(attempts._submission(claimed), may_renew=False)
    Outbox.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered"
    assert len(inbox(bob)) == 1


def test_a_late_worker_writes_nothing(people: tuple[str, str]) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    late = attempts.claim(row.pk)
    assert late is not None
    Outbox.objects.update(lease_owner="another")
    attempts._record_failure(late, "too late", "")
    row.refresh_from_db()
    assert row.state == Outbox.State.SUBMITTING


def test_the_sweep_takes_up_what_was_left(
    people: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    monkeypatch.setattr(tasks.submit, "delay", tasks.submit)
    tasks.sweep()
    row.refresh_from_db()
    assert row.state in (Outbox.State.ACCEPTED, Outbox.State.DELIVERED)
    tasks.sweep()
    row.refresh_from_db()
    assert row.state == Outbox.State.DELIVERED


@pytest.mark.parametrize("chunks", [True, False])
@pytest.mark.parametrize("lacking", ["BURL", "URLAUTH", "CATENATE"])
def test_servers_that_lack_an_extension_get_the_octets(
    people: tuple[str, str], monkeypatch: pytest.MonkeyPatch, lacking: str, chunks: bool
) -> None:
    alice, bob = people
    text = ".\n..dots\n" * 3
    data = octets(400_000)
    uid = put(alice, message("Far", text, attachment=data))
    without(monkeypatch, lacking)
    if lacking == "BURL":
        monkeypatch.setattr(SmtpClient, "takes_urls", False)
    monkeypatch.setattr(SmtpClient, "takes_chunks", chunks)
    with mail.session(alice) as imap:
        plan = plan_forward(imap, "INBOX", uid, alice)
        plan.to, plan.bcc, plan.text = bob, alice, ".\n.leading dots\n"
        row = outbox.send(imap, plan)
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered", outbox.send_status(row)
    with mail.session(bob) as imap:
        (got,) = imap.page("INBOX").rows
        letter = imap.open_message("INBOX", got.uid)
    assert letter.text.startswith(".\n.leading dots") and letter.bcc == []
    part = part_stream(bob, "INBOX", got.uid, letter.attachments[0].section)
    assert b"".join(part.chunks()) == data


def test_elsewhere_than_on_loopback_tls_comes_first(
    people: tuple[str, str], ours: MailServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = people
    monkeypatch.setattr(Endpoint, "private", False)
    with pytest.raises(Unreachable):  # an unknown certificate
        send(alice, draft(alice, bob))
    settings.WEBMAIL_TLS_CERT = str(ours.data / "tls" / "localhost.pem")
    row = send(alice, draft(alice, bob))
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered"


def test_rows_belong_to_their_owner(people: tuple[str, str]) -> None:
    alice, bob = people
    row = send(alice, draft(alice, bob))
    assert outbox.find(alice, str(row.pk)) == row
    assert outbox.find(bob, str(row.pk)) is None and outbox.find(alice, "x") is None
    assert outbox.recent(alice) == [row]


def test_without_uidplus_nothing_else_is_expunged(
    people: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, _ = people
    one, two = put(alice, message("One")), put(alice, message("Two"))
    without(monkeypatch, "UIDPLUS")
    with mail.session(alice) as imap:
        imap.set_flags("INBOX", [one], add=["\\Deleted"])
        with connections.session(alice) as connection:
            filing._expunge(connection, b"%d" % two)
        assert imap.page("INBOX").exists == 2
        with connections.session(alice) as connection:
            filing._expunge(connection, b"%d,%d" % (one, two))
        assert imap.page("INBOX").exists == 0
