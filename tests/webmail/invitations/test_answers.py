"""Invitations on their page, and the answer as another library reads it."""

from __future__ import annotations

import email
import re
from email.message import Message
from typing import Any

import pytest
from vobject.base import readOne

from tests.webmail.website import Site, letter

from .samples import APPLE, GOOGLE, OUTLOOK, mail


def sent(site: Site) -> Message:
    """The message in Sent."""
    site.imap.select("Sent")
    _, found = site.imap.fetch("*", "(BODY.PEEK[])")
    item = found[0]
    assert isinstance(item, tuple)
    return email.message_from_bytes(item[1])


def calendar_of(message: Message) -> Any:
    """The calendar beside the words, as programs look for it."""
    assert message.get_content_type() == "multipart/alternative"
    words, calendar = list(message.walk())[1:]
    assert words.get_content_type() == "text/plain"
    assert calendar.get_param("method") == "REPLY"
    octets = calendar.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return readOne(octets.decode())


@pytest.mark.parametrize("sample", [OUTLOOK, GOOGLE, APPLE])
def test_the_answer_is_what_calendars_take(site: Site, sample: str) -> None:
    uid = site.put(mail(sample, site.email))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "An invitation" in page and "maria@far.example" in page and "was sent by" not in page
    answer: Any = site.client.post(
        f"/mail/INBOX/{uid}/invitation/", {"do": "accept", "note": "Gern, Grüße; bis dann"}
    )
    assert answer.status_code == 302, answer.content
    assert "Your answer is on its way to" in site.text(answer["Location"])
    message = sent(site)
    assert "maria@far.example" in message["To"]
    assert message["In-Reply-To"] == "<invitation@far.example>"
    calendar = calendar_of(message)
    assert calendar.method.value == "REPLY" and calendar.version.value == "2.0"
    event = calendar.vevent
    original = readOne(sample.replace("{me}", site.email)).vevent
    assert event.uid.value == original.uid.value
    assert event.sequence.value == original.sequence.value
    assert event.organizer.value.lower() == "mailto:maria@far.example"
    assert event.attendee.value == f"mailto:{site.email}"
    assert event.attendee.params["PARTSTAT"] == ["ACCEPTED"]
    assert event.comment.value == "Gern, Grüße; bis dann"
    assert event.dtstart.value == original.dtstart.value
    if sample is APPLE:  # one of many
        assert event.recurrence_id.value == original.recurrence_id.value
    assert "\\Answered" in site.flags(uid)


@pytest.mark.parametrize(
    ("chosen", "status", "subject"),
    [
        ("maybe", "TENTATIVE", "Maybe: Lunch, somewhere"),
        ("decline", "DECLINED", "Declined: Lunch, somewhere"),
    ],
)
def test_maybe_and_no(site: Site, chosen: str, status: str, subject: str) -> None:
    uid = site.put(mail(GOOGLE, site.email))
    site.client.post(f"/mail/INBOX/{uid}/invitation/", {"do": chosen})
    message = sent(site)
    assert message["Subject"] == subject
    assert calendar_of(message).vevent.attendee.params["PARTSTAT"] == [status]


def test_when_in_both_zones_how_often_and_who(site: Site) -> None:
    site.client.cookies["zone"] = "Asia/Tokyo"
    page = site.text(f"/mail/INBOX/{site.put(mail(OUTLOOK, site.email))}/")
    assert "Thursday, 3 June 2027, 17:00 – 18:30" in page
    assert "Thursday, 3 June 2027, 10:00 – 11:30 (W. Europe Standard Time)" in page
    assert "Every 2 weeks, Thursday, 5 times" in page and "Raum 1" in page
    assert "Thu, 17 Jun 2027, 17:00" in page, "the second of them"
    changed = site.text(f"/mail/INBOX/{site.put(mail(GOOGLE, site.email))}/")
    assert "An invitation, changed" in changed and "accepted" in changed
    assert "no answer yet" in changed


def test_a_forged_organiser_is_said(site: Site) -> None:
    uid = site.put(mail(GOOGLE, site.email, sender="mallory@elsewhere.example"))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "was sent by mallory@elsewhere.example" in page


def test_a_cancelled_event_wants_no_answer(site: Site) -> None:
    text = GOOGLE.replace("METHOD:REQUEST", "METHOD:CANCEL")
    uid = site.put(mail(text, site.email, method="CANCEL"))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "This event was cancelled" in page and 'value="accept"' not in page
    answer: Any = site.client.post(f"/mail/INBOX/{uid}/invitation/", {"do": "accept"})
    assert answer.status_code >= 400
    uid = site.put(letter())
    answer = site.client.post(f"/mail/INBOX/{uid}/invitation/", {"do": "accept"})
    assert answer.status_code >= 400 and site.client.get(answer.request["PATH_INFO"]).status_code


def test_a_broken_invitation_hinders_nobody_from_reading(site: Site) -> None:
    for text in ("BEGIN:VCALENDAR\nnonsense\n", GOOGLE.replace("Lunch", "<script>x()</script>")):
        page = site.text(f"/mail/INBOX/{site.put(mail(text, site.email))}/")
        assert "You are invited." in page and "<script>x()" not in page
    million = GOOGLE.replace("SEQUENCE:2", "SEQUENCE:2\nRRULE:FREQ=SECONDLY;COUNT=1000000")
    page = site.text(f"/mail/INBOX/{site.put(mail(million, site.email))}/")
    assert "Again and again, 1000000 times" in page


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (";TZID=Made/Up:20270603T100000", ":20270603T090000Z"),
        (";TZID=../../../etc/passwd:20270603T100000", ":20270603T090000Z"),
        (";TZID=Europe/Berlin:20270603T100000", ":20270603T110000"),
        (";TZID=Europe/Berlin:20270603T100000", ";VALUE=DATE:20270604"),
        (":20270603T100000", ":20270603T110000Z"),
        (";TZID=America:20270603T100000", ":20270603T110000Z"),
        (f";TZID={'A' * 5000}:20270603T100000", ":20270603T110000Z"),
        (";TZID=Asia/Tokyo:00010101T000000", ":20270603T110000Z"),
        (";TZID=America/New_York:99991231T235959", ":99991231T235959Z"),
        (":20270603T100000Z\nDTSTART:20270604T100000Z", ":20270603T110000Z"),
    ],
)
def test_odd_times_hinder_nobody_from_reading(
    site: Site, caplog: pytest.LogCaptureFixture, start: str, end: str
) -> None:
    text = GOOGLE.replace("DTSTART:20270603T080000Z", f"DTSTART{start}")
    text = text.replace("DTEND:20270603T090000Z", f"DTEND{end}")
    page = site.text(f"/mail/INBOX/{site.put(mail(text, site.email))}/")
    assert "You are invited." in page and "Save the event" in page
    assert "could not be shown" not in caplog.text


def test_what_stands_twice_counts_once_and_numbers_have_an_end(site: Site) -> None:
    text = GOOGLE.replace("SEQUENCE:2", f"SEQUENCE:{'9' * 300}\nUID:another@far.example")
    uid = site.put(mail(text, site.email))
    answer: Any = site.client.post(f"/mail/INBOX/{uid}/invitation/", {"do": "accept"})
    assert answer.status_code == 302
    event = calendar_of(sent(site)).vevent
    assert event.sequence.value == str(2**31 - 1)
    assert "vText" not in event.uid.value and "@" in event.uid.value


def test_a_button_pressed_twice_answers_once(site: Site) -> None:
    uid = site.put(mail(GOOGLE, site.email))
    once = re.search(r'name="?once"? value="?([^"> ]+)', site.text(f"/mail/INBOX/{uid}/"))
    assert once is not None
    for _ in range(2):
        answer: Any = site.client.post(
            f"/mail/INBOX/{uid}/invitation/", {"do": "decline", "once": once[1]}
        )
        assert answer.status_code == 302
    assert site.imap.select("Sent")[1] == [b"1"]


def test_the_event_can_be_saved(site: Site) -> None:
    uid = site.put(mail(GOOGLE, site.email))
    page = site.text(f"/mail/INBOX/{uid}/")
    assert "Save the event" in page
    address = page.split('class="button" download="')[1].split('href="')[1].split('"')[0]
    answer: Any = site.client.get(address)
    octets = b"".join(answer.streaming_content)
    assert octets.startswith(b"BEGIN:VCALENDAR") and "attachment" in answer["Content-Disposition"]
