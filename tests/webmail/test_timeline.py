"""What the sender sees of a message: its way, a later time, its cancel, readers' receipts."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.utils import timezone

from tests.mailserver import MailServer
from webmail.mail import MailSession
from webmail.mail.imap.pool import sign_in
from webmail.mail.message.errors import Refused
from webmail.mail.message.messages import OpenedMessage
from webmail.models import Outbox
from webmail.outgoing import attempts, outbox, timeline
from webmail.outgoing.disposition_notification import send_notification
from webmail.outgoing.submission_client import SmtpClient

from .website import Site, letter


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests play the worker themselves."""
    monkeypatch.setattr(outbox, "wake", lambda pk, hold=0: None)


def send(site: Site, **fields: str) -> str:
    """Press Send and let the worker hand it over; the address of its page."""
    posted = {"to": site.email, "subject": "Plans", "text": "x", "do": "send", **fields}
    answer = site.client.post("/write/", posted)
    assert answer.status_code == 302, answer.content
    Outbox.objects.update(next_attempt_at=timezone.now())
    attempts.attempt(Outbox.objects.get().pk)
    return str(answer.headers["Location"])


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def tomorrow() -> str:
    return (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


def test_a_sent_message_tells_what_became_of_it(site: Site) -> None:
    other = site.server.add_account("bob")
    way = send(site, to=f"{other}, nobody-here@lemonade.test")
    told = words(site.text(way))
    assert "Written and put into Sent" in told and "Accepted by our server 250" in told
    assert f"{other} delivered" in told and "Put into the mailbox" in told
    assert "nobody-here@lemonade.test failed" in told and "Refused by our server" in told
    row = Outbox.objects.get()
    opened = words(site.text(f"/mail/Sent/{row.uid}/"))
    assert "1 delivered, 1 failed" in opened and "Put into the mailbox" in opened
    alone = site.client.get("/way/", {"message": row.message_id}).content.decode()
    assert 'id="way"' in alone and "<html" not in alone
    assert "1 delivered, 1 failed" in words(site.text("/outbox/"))
    known = timeline.of_message(site.email, row.message_id)
    assert known is not None and known.ended
    assert known == timeline.of_message(site.email, row.message_id)


def test_mail_of_another_program_has_a_way_too(site: Site) -> None:
    way = send(site)
    row = Outbox.objects.get()
    row.delete()  # as if it had been sent elsewhere: the server knows it by its Message-ID
    assert site.client.get(way).status_code == 404
    opened = words(site.text(f"/mail/Sent/{row.uid}/"))
    assert "Accepted by our server" in opened and "Put into the mailbox" in opened


def test_nobody_sees_the_way_of_another(site: Site) -> None:
    send(site)
    other = Site(site.server)
    message_id = Outbox.objects.get().message_id
    assert other.client.get("/way/", {"message": message_id}).status_code == 404
    assert site.client.get("/way/").status_code == 404
    other.imap.logout()


def test_to_be_sent_later_and_taken_back_until_then(site: Site) -> None:
    way = send(site, later=tomorrow())
    told = words(site.text(way))
    assert "To be sent later" in told and "Cancel sending" in told and "waiting" in told
    assert "Cancel sending" in words(site.text("/outbox/"))
    assert 'aria-label="To be sent later"' in site.text("/mail/Sent/")
    assert "To be sent later" in words(site.text(f"/mail/Sent/{Outbox.objects.get().uid}/"))
    other = Site(site.server)
    assert other.client.post(f"{way}cancel/").status_code == 404
    other.imap.logout()
    draft = site.client.post(f"{way}cancel/").headers["Location"]
    assert "Nothing was sent" in site.text(draft)
    assert not Outbox.objects.exists() and "Nothing sent yet" in site.text("/mail/Sent/")
    waiting = "SELECT count(*) FROM recipient WHERE state = 'queued' AND address = %s"
    assert site.server.call("sql", waiting, [site.email]) == [[0]]


def test_what_was_sent_can_not_be_cancelled(site: Site) -> None:
    way = send(site)
    assert site.client.post(f"{way}cancel/").status_code == 409
    assert Outbox.objects.exists()


@pytest.mark.parametrize("later", ["yesterday", "2020-01-01T09:00", "9999-01-01T00:00"])
def test_a_time_that_can_not_be_is_said_to_be(site: Site, later: str) -> None:
    answer = site.client.post("/write/", {"to": site.email, "do": "send", "later": later})
    page = answer.content.decode()
    assert answer.status_code == 400 and "The time to send it" in page
    assert f'value="{later}"' in page and not Outbox.objects.exists()


def test_a_server_that_holds_nothing_gets_it_when_it_is_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    hello = SmtpClient._hello

    def without(client: SmtpClient) -> None:
        hello(client)
        client.features.pop("FUTURERELEASE", None)

    monkeypatch.setattr(SmtpClient, "_hello", without)
    way = send(site, later=tomorrow())
    row = Outbox.objects.get()
    assert row.state == "composed" and row.next_attempt_at == row.release_at
    assert "It waits here until its time has come" in words(site.text(way))
    Outbox.objects.update(release_at=timezone.now(), next_attempt_at=timezone.now())
    attempts.attempt(row.pk)
    row.refresh_from_db()
    assert row.state == "accepted"


def asking(site: Site) -> int:
    message = letter("Contract", sender=f"Me <{site.email}>")
    message["Disposition-Notification-To"] = f"Asker <{site.email}>"
    return site.put(message)


def test_a_receipt_is_sent_once_and_only_when_the_reader_says_so(site: Site) -> None:
    uid = asking(site)
    site.imap.select("INBOX")
    asked = html.unescape(words(site.text(f"/mail/INBOX/{uid}/")))
    assert f"Asker <{site.email}> asks to be told" in asked
    assert "$MDNSent" not in site.flags(uid)
    address = f"/mail/INBOX/{uid}/receipt/"
    assert site.client.post(address, {"do": "send"}).status_code == 302
    assert "$MDNSent" in site.flags(uid)
    assert "Send a receipt" not in site.text(f"/mail/INBOX/{uid}/")
    assert site.client.post(address, {"do": "send"}).status_code == 409
    site.imap.select("INBOX")
    _, (found,) = site.imap.uid("SEARCH", "SUBJECT", '"Read: Contract"')
    (number,) = found.split()
    source = b"".join(site.client.get(f"/mail/INBOX/{int(number)}/source/"))
    assert b"Return-Path: <>" in source
    assert b"report-type=disposition-notification" in source
    assert b"Original-Message-ID: <1@far.example>" in source
    assert b"manual-action/MDN-sent-manually; displayed" in source


def test_of_two_devices_that_answer_at_once_one_does(site: Site) -> None:
    uid = asking(site)
    connections = [sign_in(site.email) for _ in range(2)]
    devices = [MailSession(site.email, connection) for connection in connections]
    opened = [device.open_message("INBOX", uid, mark_seen=False) for device in devices]
    start = Barrier(2)

    def press(device: MailSession, one: OpenedMessage) -> bool:
        start.wait(60)
        try:
            send_notification(device, one, site.email)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, devices, opened)) == [False, True]
    site.imap.select("INBOX")
    _, (found,) = site.imap.uid("SEARCH", "SUBJECT", '"Read: Contract"')
    assert len(found.split()) == 1
    for connection in connections:
        connection.drop()


def test_a_receipt_can_be_refused_for_good(site: Site) -> None:
    uid = asking(site)
    site.client.post(f"/mail/INBOX/{uid}/receipt/", {"do": "never"})
    assert "$MDNSent" in site.flags(uid)
    assert "Send a receipt" not in site.text(f"/mail/INBOX/{uid}/")


def test_the_reader_of_ones_own_mail_shows_on_its_way(site: Site) -> None:
    reader = Site(site.server)
    way = send(site, to=reader.email, receipt="on", tell="on")
    (uid,) = _uids(reader)
    assert reader.client.post(f"/mail/INBOX/{uid}/receipt/", {"do": "send"}).status_code == 302
    told = words(site.text(way))
    assert f"{reader.email} read" in told and "Opened by its reader" in told
    reader.imap.logout()


def _uids(site: Site) -> list[int]:
    site.imap.select("INBOX")
    return [int(uid) for uid in site.imap.uid("SEARCH", "ALL")[1][0].split()]


def test_what_is_sent_from_here_asks_for_no_receipt_of_itself(site: Site, ours: MailServer) -> None:
    send(site)
    assert "$MDNSent" in site.flags(Outbox.objects.get().uid, "Sent")
