"""The product's main job: a forward whose attachment never leaves the server."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.mailserver import MailServer
from tests.patience import let_pass
from webmail import mail
from webmail.mail.commands import Payload, mailbox
from webmail.mail.types import Draft
from webmail.models import Outbox
from webmail.outgoing import outbox, submission

from .letters import message, octets

pytestmark = pytest.mark.django_db(transaction=True)
LARGE = 12_000_000


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests play the worker themselves."""
    monkeypatch.setattr(outbox, "wake", lambda pk, hold=0: None)


@pytest.fixture
def people(ours: MailServer, db: None) -> tuple[str, str]:
    alice, bob = ours.add_account("alice"), ours.add_account("bob")
    get_user_model().objects.create_user(alice)
    return alice, bob


def put(email: str, data: bytes, folder: str = "INBOX") -> int:
    """Store a message; its UID."""
    with mail.session(email) as imap:
        answer = imap.command(b"APPEND", mailbox(folder), Payload(len(data), [data])).check()
    return int(answer.code[1].split()[1])


def received(email: str) -> bytes:
    with mail.session(email) as imap:
        newest = mail.page(imap, "INBOX").rows[0]
    return b"".join(mail.source_text(email, "INBOX", newest.uid).chunks())


def test_twelve_megabytes_are_forwarded_and_next_to_nothing_travels(
    people: tuple[str, str],
) -> None:
    alice, bob = people
    data = octets(LARGE)
    uid = put(alice, message("Plans", attachment=data))
    with mail.session(alice) as imap:
        mail.letter(imap, "INBOX", uid)
        before = imap.octets
        draft = mail.plan_forward(imap, "INBOX", uid, f"Alice <{alice}>")
        assert [part.name for part in draft.kept if part.chosen] == ["paper.pdf"]
        draft.to = f"Bob <{bob}>"
        row = outbox.send(alice, draft)
        on_the_page = imap.octets - before
    submission.attempt(row.pk)

    receipt = outbox.receipt(row)
    assert receipt.state == "delivered", receipt
    row.refresh_from_db()
    assert row.octets_imap + row.octets_submission < 10_000
    assert on_the_page + row.octets_submission < 10_000
    assert receipt.usual > 3 * LARGE and abs(receipt.shown - LARGE) < 200
    with mail.session(bob) as imap:
        newest = mail.page(imap, "INBOX").rows[0]
        assert newest.subject == "Fwd: Plans"
        letter = mail.letter(imap, "INBOX", newest.uid)
    stream = mail.part(bob, "INBOX", newest.uid, letter.attachments[0].section)
    digest = hashlib.sha256()
    for chunk in stream.chunks():
        digest.update(chunk)
    assert digest.digest() == hashlib.sha256(data).digest()
    with mail.session(alice) as imap:
        (original,) = mail.rows(imap, "INBOX", [uid])
        assert original.flags.forwarded
        assert mail.page(imap, "Sent").exists == 1


def test_a_whole_message_goes_along_byte_for_byte(people: tuple[str, str]) -> None:
    alice, bob = people
    data = message("Naïve", html="<p>ünïcode</p>", attachment=octets(5000))
    uid = put(alice, data)
    with mail.session(alice) as imap:
        draft = mail.plan_forward(imap, "INBOX", uid, alice, whole=True)
        draft.to = bob
        row = outbox.send(alice, draft)
    submission.attempt(row.pk)
    assert outbox.receipt(row).state == "delivered"
    assert data in received(bob)


def test_bcc_stays_in_sent_and_travels_to_nobody(people: tuple[str, str]) -> None:
    alice, bob = people
    uid = put(alice, message("Secret", attachment=octets(3000)))
    with mail.session(alice) as imap:
        draft = mail.plan_forward(imap, "INBOX", uid, alice)
        draft.to, draft.bcc = alice, bob
        row = outbox.send(alice, draft)
    submission.attempt(row.pk)
    assert outbox.receipt(row).state == "delivered", outbox.receipt(row)
    assert b"Bcc" not in received(bob)
    with mail.session(alice) as imap:
        (sent,) = mail.page(imap, "Sent").rows
        assert mail.letter(imap, "Sent", sent.uid).bcc[0].address == bob


def test_an_expired_ticket_is_replaced_once(people: tuple[str, str], settings: Any) -> None:
    alice, bob = people
    settings.WEBMAIL_TICKET_SECONDS = 1
    row = outbox.send(alice, Draft(sender=alice, to=bob, subject="Late", text="x"))
    let_pass(2.1)  # the mail server's clock is its own
    settings.WEBMAIL_TICKET_SECONDS = 600
    submission.attempt(row.pk)
    row.refresh_from_db()
    assert row.state == Outbox.State.ACCEPTED, (row.reply, row.trouble)
    assert row.ticket_renewed and row.ticket == ""
