"""From the upload to the mailbox, through the ports: check L-22 of RFC 5550 §6."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4

from tests.mailserver import PASSWORD, MailServer

from .client import Client

SIX = b"""\
require ["fileinto", "enotify", "imap4flags", "relational", "vacation", "variables",\r
  "comparator-i;unicode-casemap", "comparator-i;ascii-numeric"];\r
if allof (header :comparator "i;unicode-casemap" :contains "subject" "R\xc3\x89UNION",\r
    header :value "ge" :comparator "i;ascii-numeric" "x-score" "5",\r
    header :matches "subject" "* (*)") {\r
  set :lower "place" "${2}";\r
  addflag "$Label1";\r
  fileinto "Archive";\r
  notify :message "In ${place}" "mailto:%b";\r
  vacation :days 1 "Away";\r
}\r
"""


def send(server: MailServer, sender: str, recipient: str, subject: str, body: str) -> None:
    """Submit a message with a password, as a mail program does."""
    with smtplib.SMTP("127.0.0.1", server.ports["submission"], timeout=60) as smtp:
        smtp.ehlo()
        smtp.login(sender, PASSWORD)
        message = f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n{body}"
        smtp.sendmail(sender, [recipient], message.encode())


@contextmanager
def mailbox(server: MailServer, email: str, name: str) -> Iterator[IMAP4]:
    with IMAP4("127.0.0.1", server.ports["imap"], timeout=60) as imap:
        imap.login(email, PASSWORD)
        assert imap.select(name)[0] == "OK"
        yield imap


def held(server: MailServer, email: str, name: str) -> list[bytes]:
    """Header and flags of each message."""
    with mailbox(server, email, name) as imap:
        _, data = imap.fetch("1:*", "(FLAGS BODY.PEEK[HEADER])")
        return [one[0] + one[1] for one in data if isinstance(one, tuple)]


def test_a_script_with_all_that_rfc_5550_requires(mail_server: MailServer) -> None:
    alice, bob, carol = (mail_server.add_account(name) for name in ("alice", "bob", "carol"))
    with Client(mail_server, alice) as client:
        client.use(SIX % carol.encode())
    subject = "=?utf-8?q?r=C3=A9union?= (Salle B)"
    for _ in range(2):
        send(mail_server, bob, alice, subject, "X-Score: 12\r\n\r\nSee you\r\n")
    send(mail_server, bob, alice, subject, "X-Score: 4\r\n\r\nSee you\r\n")
    filed = held(mail_server, alice, "Archive")
    assert len(filed) == 2 and all(b"$Label1" in one for one in filed)
    assert len(held(mail_server, alice, "INBOX")) == 1
    (answer,) = held(mail_server, bob, "INBOX")
    assert b"Auto-Submitted: auto-replied (vacation)" in answer
    received = held(mail_server, carol, "INBOX")
    assert len(received) == 2 and b"Subject: In salle b" in received[0]


def test_a_message_lands_in_the_folder_and_not_in_another(mail_server: MailServer) -> None:
    alice, bob = (mail_server.add_account(name) for name in ("alice", "bob"))
    with Client(mail_server, alice) as client:
        client.use(
            b'require ["fileinto", "mailbox"];\r\n'
            b'if header :contains "subject" "invoice" { fileinto :create "Invoices"; }'
        )
    send(mail_server, bob, alice, "Your invoice", "\r\nPlease pay\r\n")
    send(mail_server, bob, alice, "Lunch", "\r\nAt one?\r\n")
    assert b"Your invoice" in held(mail_server, alice, "Invoices")[0]
    assert [b"Lunch" in one for one in held(mail_server, alice, "INBOX")] == [True]
    assert mail_server.call("check") == []


def test_a_refusal_is_told_while_the_sender_is_there(mail_server: MailServer) -> None:
    alice, bob = (mail_server.add_account(name) for name in ("alice", "bob"))
    with Client(mail_server, alice) as client:
        client.use(b'require "ereject"; ereject "I do not read this address";')
    try:
        send(mail_server, bob, alice, "Hello", "\r\nHello\r\n")
    except smtplib.SMTPDataError as refusal:
        assert refusal.smtp_code == 550
        assert b"5.7.1 I do not read this address" in refusal.smtp_error
    else:
        raise AssertionError("the message was taken")


def test_each_recipient_of_lmtp_hears_what_its_own_filter_says(mail_server: MailServer) -> None:
    alice, bob = (mail_server.add_account(name) for name in ("alice", "bob"))
    with Client(mail_server, alice) as client:
        client.use(b'require "reject"; reject "Not for me";')
    with Client(mail_server, bob) as client:
        client.use(b'require "fileinto"; fileinto "Archive";')
    with mail_server.connect("lmtp") as socket, socket.makefile("rwb") as lmtp:
        socket.settimeout(60)
        assert lmtp.readline().startswith(b"220")

        def say(line: str) -> list[bytes]:
            lmtp.write(line.encode() + b"\r\n")
            lmtp.flush()
            answer = [lmtp.readline()]
            while answer[-1][3:4] == b"-":
                answer.append(lmtp.readline())
            return answer

        for line in ("LHLO far.example", "MAIL FROM:<ana@far.example>",
                     f"RCPT TO:<{alice}>", f"RCPT TO:<{bob}>", "DATA"):  # fmt: skip
            assert say(line)[-1][:1] in (b"2", b"3")
        assert say("From: ana@far.example\r\nSubject: Hello\r\n\r\nHello\r\n.")[0].startswith(
            b"550 5.7.1 "
        )
        assert lmtp.readline().startswith(b"250 ")
    assert b"Subject: Hello" in held(mail_server, bob, "Archive")[0]
    assert held(mail_server, alice, "INBOX") == []
