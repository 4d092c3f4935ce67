"""Reports that come back are on the timeline of what they are about."""

from __future__ import annotations

import pytest

from lemonade_server.models import Account, DeliveryEvent, Submission
from lemonade_server.project import timeline
from lemonade_server.store.queue import Target

from .post import pass_on, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL = "carol@example.org"


def report(kind: str, machine: bytes, third: bytes = b"") -> bytes:
    """A multipart/report; ``machine`` is its second part."""
    return (
        b"From: mailer@example.org\r\nTo: alice@lemonade.test\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=%b; boundary=b\r\n\r\n"
        b"--b\r\n\r\nFor people.\r\n--b\r\nContent-Type: message/%b\r\n\r\n%b\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n%b\r\n--b--\r\n"
        % (kind.encode(), kind.encode(), machine, third)
    )


def status(
    envid: bytes = b"", action: bytes = b"failed", recipient: bytes = CAROL.encode()
) -> bytes:
    return (
        b"Original-Envelope-Id: %b\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; %b\r\nAction: %b\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 gone away\r\n" % (envid, recipient, action)
    )


def report_events() -> list[tuple[str, str, str, str]]:
    rows = DeliveryEvent.objects.exclude(kind="tried").select_related("recipient")
    return [
        (row.kind, row.action, row.host, row.recipient.address if row.recipient else "")
        for row in rows
    ]


def arrives(message: bytes, to: Account) -> None:
    send(None, to.email, message=message, source="smtp")


def test_a_status_report_is_matched_by_envid(alice: Account, sink: Sink) -> None:
    sent = send(alice, CAROL, envid="tea-1").submission
    pass_on(sent)
    arrives(report("delivery-status", status(b"tea-1")), alice)
    assert report_events() == [("reported", "failed", "mx.example.org", CAROL)]
    history = timeline.history("tea-1", alice.email)
    assert [(moment["kind"], moment["action"]) for moment in history] == [
        ("accepted", ""), ("tried", "relayed"), ("reported", "failed"),
    ]  # fmt: skip
    assert history[2]["words"] == "550 5.1.1 gone away"
    assert history[1]["words"] == "250 2.0.0 taken"


def test_a_status_report_is_matched_by_message_id(alice: Account, sink: Sink) -> None:
    send(alice, "list@example.org", Target("c@x.test", orcpt=f"rfc822;{CAROL}"))
    arrives(report("delivery-status", status(), b"Message-ID: <tea@x>\r\nSubject: tea\r\n"), alice)
    assert report_events() == [("reported", "failed", "mx.example.org", "c@x.test")]


def test_a_readers_receipt_is_matched(alice: Account, bob: Account) -> None:
    send(alice, bob.email, envid="tea-2")
    machine = (
        b"Final-Recipient: rfc822;%b\r\nOriginal-Message-ID: <tea@x>\r\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\r\n" % bob.email.encode()
    )
    arrives(report("disposition-notification", machine), alice)
    assert report_events() == [("read", "displayed", "", bob.email)]
    kinds = [moment["kind"] for moment in timeline.history("tea-2", alice.email)]
    assert kinds == ["accepted", "delivered", "read"]


def test_nobody_elses_mail_is_touched(alice: Account, bob: Account, sink: Sink) -> None:
    send(alice, CAROL, envid="tea-3")
    arrives(report("delivery-status", status(b"tea-3")), bob)
    arrives(report("delivery-status", status(b"other")), alice)
    arrives(b"Subject: multipart/report\r\n\r\n" + status(b"tea-3"), alice)
    arrives(report("delivery-status", b"\xff\r\n\r\n\0"), alice)
    assert report_events() == []
    assert timeline.history("tea-3", bob.email) == []


def test_our_own_reports_are_not_noted_twice(alice: Account, sink: Sink) -> None:
    sink.answers["RCPT"] = "550 5.1.1 no"
    pass_on(send(alice, CAROL, envid="tea-4").submission)
    assert Submission.objects.filter(source="report").count() == 1
    assert report_events() == []
