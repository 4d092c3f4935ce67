"""What BURL and HOLDFOR are refused with, beside what the transcripts show (RFC 4468 §3.3)."""

from __future__ import annotations

import smtplib

from lemonade_server.submission.ext import future_release
from tests.mailserver import MailServer

from .clients import mailbox, submission, ticket

MESSAGE = (
    b"Date: Tue, 24 Nov 2026 05:00:00 +0000\r\nMessage-ID: <tea@client.example>\r\n"
    b"Subject: tea\r\n\r\n" + b"At five?\r\n" * 300
)


def code(reply: tuple[int, bytes]) -> str:
    return f"{reply[0]} {reply[1].split()[0].decode()}"


def test_nobody_fetches_without_a_login(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    url = ticket(mail_server, alice, MESSAGE)
    with smtplib.SMTP("127.0.0.1", mail_server.ports["submission"], timeout=60) as smtp:
        smtp.ehlo("client.example")
        assert code(smtp.docmd("BURL", f"{url} LAST")) == "530 5.7.0"
        assert code(smtp.docmd("MAIL", f"FROM:<{alice}>")) == "530 5.7.0"


def test_what_the_url_stands_for_is_larger_than_was_said(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    url = ticket(mail_server, alice, MESSAGE)
    with submission(mail_server, alice) as smtp:
        assert smtp.mail(alice, [f"SIZE={len(MESSAGE) - 1}"])[0] == 250
        assert smtp.rcpt(alice)[0] == 250
        assert code(smtp.docmd("BURL", f"{url} LAST")) == "552 5.3.4"
        assert smtp.mail(alice, [f"SIZE={len(MESSAGE)}"])[0] == 250
        assert smtp.rcpt(alice)[0] == 250
        assert smtp.docmd("BURL", f"{url} LAST")[0] == 250


def test_a_recipient_has_no_room_for_it(mail_server: MailServer) -> None:
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    url = ticket(mail_server, alice, MESSAGE)
    mail_server.call("set_account", bob, {"quota": len(MESSAGE) // 2})
    with submission(mail_server, alice) as smtp:
        smtp.mail(alice)
        assert smtp.rcpt(bob)[0] == 250
        assert code(smtp.docmd("BURL", f"{url} LAST")) == "552 5.2.2"
    with mailbox(mail_server, bob) as imap:
        assert imap.select("INBOX")[1] == [b"0"]


def test_too_much_waits_for_its_release(mail_server: MailServer) -> None:
    """Counted for each account: what others let wait is theirs (RFC 4865 §6)."""
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    url = ticket(mail_server, alice, MESSAGE)
    with submission(mail_server, alice) as smtp:
        smtp.mail(alice, ["HOLDFOR=3600"])
        smtp.rcpt(alice)
        assert smtp.docmd("BURL", f"{url} LAST")[0] == 250
        # As if it were as large as all that may wait, but for 1,000 octets.
        large = "UPDATE submission SET size = %s WHERE sender = %s"
        mail_server.call("sql", large, [future_release.MOST_OCTETS - 1000, alice])
        assert code(smtp.docmd("MAIL", f"FROM:<{alice}> HOLDFOR=60 SIZE=1001")) == "552 5.7.16"
        assert smtp.mail(alice, ["HOLDFOR=60", "SIZE=1000"])[0] == 250
    with submission(mail_server, bob) as smtp:
        assert smtp.mail(bob, ["HOLDFOR=60", "SIZE=1001"])[0] == 250
