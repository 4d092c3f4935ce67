"""Reports as another program reads them: with the standard library's parser."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import dsn

ORIGINAL = b"From: alice@a.example\r\nSubject: Tea\r\n\r\nAt five?\r\n"
BOB = dsn.ReportedRecipient(
    "bob@b.example",
    "5.1.1",
    original="rfc822;Bob+x@b.example",
    remote="mx.b.example",
    diagnostic="550 5.1.1 no such user",
    last_attempt=1_769_936_400,
)
WORDING = dsn.Wording(
    language="en",
    sender="Mail Delivery System",
    subject="Your message could not be delivered",
    opening="Your message could not be delivered to the addresses below.",
    about="Subject:",
)
REPORT = dsn.Report(
    action=dsn.FAILED,
    recipients=[BOB],
    host="mx.a.example",
    sender="postmaster@a.example",
    to="alice@a.example",
    message_id="<r1@mx.a.example>",
    boundary="=_b",
    now=1_769_936_460,
    arrived=1_769_936_000,
    wording=WORDING,
    envid="tea 1",
    in_reply_to="<m1@a.example>",
    full=True,
)


def build(report: dsn.Report, returned: bytes) -> bytes:
    head, tail = dsn.frame(report)
    return head + returned + tail


def parts(report: dsn.Report, returned: bytes = ORIGINAL) -> tuple[Message, list[Message]]:
    message = message_from_bytes(build(report, returned))
    found = message.get_payload()
    assert isinstance(found, list) and len(found) == 3
    return message, [part for part in found if isinstance(part, Message)]


def blocks(part: Message) -> list[dict[str, str]]:
    found = part.get_payload()
    assert isinstance(found, list)
    return [dict(block.items()) for block in found if isinstance(block, Message)]


def test_a_failure() -> None:
    message, (text, status, returned) = parts(REPORT)
    assert message.get_content_type() == "multipart/report"
    assert message.get_param("report-type") == "delivery-status"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["References"] == "<m1@a.example>"
    assert "bob@b.example" in str(text.get_payload())
    assert blocks(status) == [
        {
            "Reporting-MTA": "dns; mx.a.example",
            "Original-Envelope-Id": "tea 1",
            "Arrival-Date": "Sun, 1 Feb 2026 08:53:20 +0000",
        },
        {
            "Original-Recipient": "rfc822; Bob+x@b.example",
            "Final-Recipient": "rfc822; bob@b.example",
            "Action": "failed",
            "Status": "5.1.1",
            "Remote-MTA": "dns; mx.b.example",
            "Diagnostic-Code": "smtp;\r\n\t550 5.1.1 no such user",
            "Last-Attempt-Date": "Sun, 1 Feb 2026 09:00:00 +0000",
        },
    ]
    assert returned.get_content_type() == "message/rfc822"
    assert ORIGINAL in build(REPORT, ORIGINAL)
    assert build(REPORT, ORIGINAL).isascii()


@pytest.mark.parametrize(
    ("action", "until", "promised"),
    [
        (dsn.DELAYED, 1_769_936_400, True),
        (dsn.DELIVERED, None, False),
        (dsn.RELAYED, None, False),
        (dsn.FAILED, 1_769_936_400, False),
    ],
)
def test_actions(action: str, until: int | None, promised: bool) -> None:
    """Will-Retry-Until is a promise that only a delay makes (RFC 3464 §2.3.9)."""
    _, (_, status, _) = parts(replace(REPORT, action=action, retry_until=until))
    block = blocks(status)[1]
    assert block["Action"] == action
    assert ("Will-Retry-Until" in block) == promised


def test_several_recipients_share_a_report() -> None:
    carol = dsn.ReportedRecipient("carol@b.example", "5.2.2", diagnostic="the mailbox is full")
    _, (text, status, _) = parts(replace(REPORT, recipients=[BOB, carol]))
    assert [b.get("Final-Recipient", "")[8:] for b in blocks(status)[1:]] == [
        "bob@b.example",
        "carol@b.example",
    ]
    assert "Diagnostic-Code" not in blocks(status)[2]  # nobody else said it
    assert "the mailbox is full" in str(text.get_payload())


def test_what_is_returned() -> None:
    header = ORIGINAL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    kinds = {
        (full, eight, utf8): (part.get_content_type(), str(part["Content-Transfer-Encoding"]))
        for full in (True, False)
        for eight, utf8 in ((False, False), (True, False), (True, True))
        for part in [
            parts(replace(REPORT, full=full, eight_bit=eight, utf8_header=utf8), header)[1][2]
        ]
    }
    assert kinds == {
        (True, False, False): ("message/rfc822", "7bit"),
        (True, True, False): ("message/rfc822", "8bit"),
        (True, True, True): ("message/global", "8bit"),
        (False, False, False): ("text/rfc822-headers", "7bit"),
        (False, True, False): ("text/rfc822-headers", "7bit"),
        (False, True, True): ("message/global-headers", "8bit"),
    }


def test_only_utf8_addresses_make_the_report_eight_bit() -> None:
    """RFC 6533 §4: their own types, and `utf-8` as the address type."""
    ue = dsn.ReportedRecipient("ü@b.example", "5.1.1", original="utf-8;ü@b.example")
    _, (text, status, _) = parts(replace(REPORT, recipients=[ue]))
    assert status.get_content_type() == "message/global-delivery-status"
    assert text.get_content_charset() == "utf-8"
    raw = build(replace(REPORT, recipients=[ue]), ORIGINAL)
    assert "Final-Recipient: utf-8; ü@b.example\r\n".encode() in raw
    odd = replace(BOB, diagnostic="550 não", remote="mx")
    _, (text, status, _) = parts(replace(REPORT, recipients=[odd]))
    assert status.get_content_type() == "message/delivery-status"
    assert status["Content-Transfer-Encoding"] == "7bit"


def test_the_frame_lets_a_message_stay_where_it_is() -> None:
    head, tail = dsn.frame(REPORT)
    assert head.endswith(b"\r\n\r\n") and tail == b"\r\n--=_b--\r\n"


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_text_can_add_a_field_or_a_line_too_long(words: str, name: str) -> None:
    words, name = (x.encode("utf-8", "replace").decode() for x in (words, name))
    target = dsn.ReportedRecipient(name, "5.0.0", f"utf-8;{name}", f"mx{name}", words, None)
    raw = build(replace(REPORT, recipients=[target], envid=name or "x"), ORIGINAL)
    assert b"\0" not in raw and raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    block = raw.partition(b"Reporting-MTA")[2].partition(b"\r\n--=_b")[0]
    names = {
        line.partition(b":")[0] for line in block.split(b"\r\n") if line[:1] not in (b"\t", b"")
    }
    assert names <= {
        b"",
        b"Original-Envelope-Id",
        b"Arrival-Date",
        b"Original-Recipient",
        b"Final-Recipient",
        b"Action",
        b"Status",
        b"Remote-MTA",
        b"Diagnostic-Code",
    } | {block.split(b"\r\n")[0].partition(b":")[0]}


def test_the_policy_of_the_standard_library_agrees() -> None:
    message = message_from_bytes(build(REPORT, ORIGINAL), policy=SMTP)
    assert [part.defects for part in message.walk()] == [[]] * len(list(message.walk()))


def test_people_read_which_message_is_meant() -> None:
    head, _ = dsn.frame(replace(REPORT, subject="Thé\r\nBcc: x " + "long " * 60))
    text = head.decode().split("\r\n\r\n")[2:]
    assert "Subject: Thé Bcc: x long" in "\r\n\r\n".join(text)
    assert "Content-Type: text/plain; charset=utf-8" in head.decode()


def test_the_words_are_those_of_the_reader() -> None:
    german = replace(
        WORDING,
        language="de",
        sender="Mailzustellung für Sie",
        subject="Nicht zugestellt:" + " über" * 30,
        opening="Ihre Nachricht hat die Adressen nicht erreicht. " * 5,
        about="Betreff:",
    )
    raw = build(replace(REPORT, wording=german, subject="Tea"), ORIGINAL)
    message = message_from_bytes(raw, policy=SMTP)
    assert [part.defects for part in message.walk()] == [[]] * len(list(message.walk()))
    assert message["Subject"] == german.subject
    assert str(message["From"]).startswith("Mailzustellung für Sie <")
    assert raw.partition(b"\r\n\r\n")[0].isascii()
    assert all(len(line) <= 78 for line in raw.decode().splitlines())
    assert b"Content-Language: de\r\n" in raw and b"\r\nBetreff: Tea\r\n" in raw
