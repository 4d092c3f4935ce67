"""The product's main job: a forward whose attachment never leaves the server."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.mailserver import MailServer
from tests.patience import let_pass
from webmail import mail
from webmail.mail.imap.commands import Payload, mailbox
from webmail.mail.imap.pool import connections
from webmail.models import Outbox
from webmail.outgoing import attempts, outbox
from webmail.outgoing.draft import Draft
from webmail.writing.answers import plan_forward

from .letters import message, octets
from .sessions import part_stream, source_stream

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
    with connections.session(email) as imap:
        answer = imap.command(b"APPEND", mailbox(folder), Payload(len(data), [data])).check()
    return int(answer.code[1].split()[1])


def received(email: str) -> bytes:
    with mail.session(email) as imap:
        newest = imap.page("INBOX").rows[0]
    return b"".join(source_stream(email, "INBOX", newest.uid).chunks())


def test_twelve_megabytes_are_forwarded_and_next_to_nothing_travels(
    people: tuple[str, str],
) -> None:
    alice, bob = people
    data = octets(LARGE)
    uid = put(alice, message("Plans", attachment=data))
    with mail.session(alice) as imap:
        imap.open_message("INBOX", uid)
        before = imap.octets
        draft = plan_forward(imap, "INBOX", uid, f"Alice <{alice}>")
        assert [part.name for part in draft.kept if part.chosen] == ["paper.pdf"]
        draft.to = f"Bob <{bob}>"
        row = outbox.send(imap, draft)
        on_the_page = imap.octets - before
    attempts.attempt(row.pk)

    status = outbox.send_status(row)
    assert status.state == "delivered", status
    row.refresh_from_db()
    assert row.octets_imap + row.octets_submission < 10_000
    assert on_the_page + row.octets_submission < 10_000
    assert status.usual > 3 * LARGE and abs(status.shown - LARGE) < 200
    with mail.session(bob) as imap:
        newest = imap.page("INBOX").rows[0]
        assert newest.subject == "Fwd: Plans"
        letter = imap.open_message("INBOX", newest.uid)
    stream = part_stream(bob, "INBOX", newest.uid, letter.attachments[0].section)
    digest = hashlib.sha256()
    for chunk in stream.chunks():
        digest.update(chunk)
    assert digest.digest() == hashlib.sha256(data).digest()
    with mail.session(alice) as imap:
        (original,) = imap.rows("INBOX", [uid])
        assert original.flags.forwarded
        assert imap.page("Sent").exists == 1


def test_a_whole_message_goes_along_byte_for_byte(people: tuple[str, str]) -> None:
    alice, bob = people
    data = message("Naïve", html="<p>ünïcode</p>", attachment=octets(5000))
    uid = put(alice, data)
    with mail.session(alice) as imap:
        draft = plan_forward(imap, "INBOX", uid, alice, whole=True)
        draft.to = bob
        row = outbox.send(imap, draft)
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered"
    assert data in received(bob)


def test_bcc_stays_in_sent_and_travels_to_nobody(people: tuple[str, str]) -> None:
    alice, bob = people
    uid = put(alice, message("Secret", attachment=octets(3000)))
    with mail.session(alice) as imap:
        draft = plan_forward(imap, "INBOX", uid, alice)
        draft.to, draft.bcc = alice, bob
        row = outbox.send(imap, draft)
    attempts.attempt(row.pk)
    assert outbox.send_status(row).state == "delivered", outbox.send_status(row)
    assert b"Bcc" not in received(bob)
    with mail.session(alice) as imap:
        (sent,) = imap.page("Sent").rows
        assert imap.open_message("Sent", sent.uid).bcc[0].address == bob


def test_an_expired_ticket_is_replaced_once(people: tuple[str, str], settings: Any) -> None:
    alice, bob = people
    settings.WEBMAIL_TICKET_SECONDS = 1
    with mail.session(alice) as imap:
        row = outbox.send(imap, Draft(sender=alice, to=bob, subject="Late", text="x"))
    let_pass(2.1)  # the mail server's clock is its own
    settings.WEBMAIL_TICKET_SECONDS = 600
    attempts.attempt(row.pk)
    row.refresh_from_db()
    assert row.state == Outbox.State.ACCEPTED, (row.reply, row.trouble)
    assert row.ticket_renewed and row.ticket == ""
