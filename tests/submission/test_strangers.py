"""What strangers may do by SMTP, and for how long.

Shows: LIMITS.
"""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer

from .clients import mailbox


@pytest.fixture
def stranger(mail_server: MailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", mail_server.ports["smtp"], timeout=60) as smtp:
        smtp.ehlo("client.example")
        yield smtp


def many(smtp: smtplib.SMTP, command: bytes, count: int) -> list[int]:
    """The codes of commands that are sent at once."""
    assert smtp.sock is not None
    smtp.sock.sendall(command * count)
    return [smtp.getreply()[0] for _ in range(count)]


def test_recipients_too_many_are_for_later(mail_server: MailServer, stranger: smtplib.SMTP) -> None:
    """RFC 5321 §4.5.3.1.10: those that were accepted get the message, however many were sent."""
    alice = mail_server.add_account()
    stranger.mail("somebody@example.org")
    codes = many(stranger, f"RCPT TO:<{alice}>\r\n".encode(), 1000)
    assert codes == [250] * 200 + [452] * 800
    assert stranger.data(b"Subject: to many\r\n\r\nHello.\r\n")[0] == 250
    with mailbox(mail_server, alice) as imap:
        assert imap.select("INBOX")[1] == [b"1"]


def test_names_cannot_be_tried_one_after_the_other(stranger: smtplib.SMTP) -> None:
    """Other commands in between make up for nothing."""
    for number in range(19):
        assert stranger.mail("somebody@example.org")[0] == 250
        assert stranger.rcpt(f"nobody{number}@lemonade.test")[0] == 550
        assert stranger.rset()[0] == 250
    assert stranger.mail("somebody@example.org")[0] == 250
    assert stranger.rcpt("nobody@lemonade.test")[0] == 550
    assert stranger.getreply()[0] == 421


def test_an_accepted_message_makes_up_for_errors(
    mail_server: MailServer, stranger: smtplib.SMTP
) -> None:
    alice = mail_server.add_account()
    for _ in range(3):
        stranger.mail("somebody@example.org")
        assert many(stranger, b"RCPT TO:<nobody@lemonade.test>\r\n", 15) == [550] * 15
        stranger.rcpt(alice)
        assert stranger.data(b"Subject: hello\r\n\r\nHello.\r\n")[0] == 250


def test_a_return_path_that_was_sent_is_not_believed(
    mail_server: MailServer, stranger: smtplib.SMTP
) -> None:
    alice = mail_server.add_account()
    stranger.mail("somebody@example.org")
    stranger.rcpt(alice)
    stranger.data(b"Return-Path: <bank@example.net>\r\nSubject: hello\r\n\r\nHello.\r\n")
    with mailbox(mail_server, alice) as imap:
        _, found = imap.fetch("1", "(BODY.PEEK[HEADER.FIELDS (RETURN-PATH)])")
    assert isinstance(found[0], tuple)
    assert found[0][1].split() == [b"Return-Path:", b"<somebody@example.org>"]
