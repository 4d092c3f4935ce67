"""Mail from strangers and neighbours that is wrong, cut off, or very much (S-07, BAD INPUT)."""

from __future__ import annotations

import smtplib
import socket

import pytest

from tests.mailserver import MailServer

from .clients import mailbox

FALSE_ENDS = [
    *(b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\r.\n"),
    b"\r\r\n.\r\r\n",
]


def letters(server: MailServer, login: str, name: str = "INBOX") -> list[bytes]:
    with mailbox(server, login) as imap:
        _, (count,) = imap.select(name)
        assert count is not None
        if count == b"0":
            return []
        _, data = imap.fetch("1:*", "(BODY.PEEK[])")
        return [found[1] for found in data if isinstance(found, tuple)]


def stranger(server: MailServer, port: str = "smtp") -> smtplib.SMTP:
    kind = smtplib.LMTP if port == "lmtp" else smtplib.SMTP
    client = kind("127.0.0.1", server.ports[port], timeout=120)
    client.ehlo("client.example")
    return client


def begin(smtp: smtplib.SMTP, *recipients: str) -> None:
    assert smtp.mail("somebody@example.org")[0] == 250
    for recipient in recipients:
        assert smtp.rcpt(recipient)[0] == 250
    assert smtp.docmd("DATA")[0] == 354


@pytest.mark.parametrize("port", ["smtp", "lmtp"])
@pytest.mark.parametrize("end", FALSE_ENDS)
def test_nothing_but_crlf_dot_crlf_ends_a_message(
    mail_server: MailServer, end: bytes, port: str
) -> None:
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    with stranger(mail_server, port) as smtp:
        begin(smtp, alice)
        assert smtp.sock is not None
        smtp.sock.sendall(
            b"Subject: one\r\n\r\nHello" + end + b"MAIL FROM:<admin@lemonade.test>\r\n"
            b"RCPT TO:<%b>\r\nDATA\r\nSubject: two\r\n\r\nsmuggled\r\n.\r\nNOOP\r\n" % bob.encode()
        )
        code, text = smtp.getreply()
        assert smtp.getreply()[0] == 250, "there was one message, and NOOP behind it"
    assert letters(mail_server, bob) == []
    kept = letters(mail_server, alice)
    if port == "smtp":
        assert (code, text[:5]) == (554, b"5.6.0") and kept == []
    else:
        assert code in (250, 554) and len(kept) == (code == 250)


@pytest.mark.parametrize("port", ["smtp", "lmtp"])
@pytest.mark.parametrize(
    "after", [b"DATA\r\nSubject: half\r\n\r\nHel", b"BDAT 1000 LAST\r\nSubject:"]
)
def test_half_a_message_is_none(mail_server: MailServer, port: str, after: bytes) -> None:
    alice = mail_server.add_account()
    hello = b"LHLO" if port == "lmtp" else b"EHLO"
    with socket.create_connection(("127.0.0.1", mail_server.ports[port]), 30) as raw:
        raw.sendall(
            b"%b x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<%b>\r\n%b"
            % (hello, alice.encode(), after)
        )
        raw.shutdown(socket.SHUT_WR)
        while raw.recv(65_536):
            pass  # the server has seen the end when it closes, too
    assert letters(mail_server, alice) == []


def test_a_hundred_thousand_fields(mail_server: MailServer) -> None:
    alice = mail_server.add_account()
    header = b"Subject: many\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(100_000))
    with stranger(mail_server) as smtp:
        begin(smtp, alice)
        smtp.send(header + b"\r\nHello.\r\n.\r\n")
        assert smtp.getreply()[0] == 250
        assert smtp.noop()[0] == 250
    (kept,) = letters(mail_server, alice)
    assert kept.endswith(header + b"\r\nHello.\r\n")


def test_a_line_of_ten_megabytes(mail_server: MailServer) -> None:
    alice = mail_server.add_account()
    line = b"x" * 10_000_000
    with stranger(mail_server) as smtp:
        begin(smtp, alice)
        smtp.send(b"Subject: long\r\n\r\n" + line + b"\r\n.\r\n")
        assert smtp.getreply()[0] == 250
        smtp.send(b"NOOP " + line + b"\r\n")
        assert smtp.getreply()[0] == 500
    (kept,) = letters(mail_server, alice)
    assert kept.endswith(b"\r\n\r\n" + line + b"\r\n")


def test_a_thousand_recipients_of_one_message(mail_server: MailServer) -> None:
    """A mailbox that many lead to gets it once; each is answered for itself."""
    alice = mail_server.add_account("alice")
    local, _, domain = alice.partition("@")
    with stranger(mail_server, "lmtp") as lmtp:
        assert lmtp.sock is not None
        lmtp.mail("somebody@example.org")
        names = b"".join(b"RCPT TO:<%b+%d@%b>\r\n" % (local.encode(), number, domain.encode())
                         for number in range(1000))  # fmt: skip
        lmtp.sock.sendall(names)
        assert {lmtp.getreply()[0] for _ in range(1000)} == {250}
        assert lmtp.docmd("DATA")[0] == 354
        lmtp.send(b"Subject: to all\r\n\r\nHello.\r\n.\r\n")
        assert {lmtp.getreply()[0] for _ in range(1000)} == {250}
    assert len(letters(mail_server, alice)) == 1


def test_more_than_was_said_is_refused(mail_server: MailServer) -> None:
    alice = mail_server.add_account()
    with stranger(mail_server) as smtp:
        assert smtp.docmd("MAIL", "FROM:<a@example.org> SIZE=99999999999")[0] == 552
        assert smtp.docmd("MAIL", "FROM:<a@example.org> SIZE=-1")[0] == 501
        for said, code in ((1, 552), (50_000, 250)):
            assert smtp.docmd("MAIL", f"FROM:<a@example.org> SIZE={said}")[0] == 250
            assert smtp.rcpt(alice)[0] == 250
            assert smtp.docmd("DATA")[0] == 354
            smtp.send(b"Subject: more\r\n\r\n" + b"Hello.\r\n" * 100 + b".\r\n")
            assert smtp.getreply()[0] == code
    (kept,) = letters(mail_server, alice)
    assert kept.endswith(b"Hello.\r\n" * 100)


def test_ten_thousand_rules(mail_server: MailServer) -> None:
    alice = mail_server.add_account()
    rules = "".join(f'if header :is "x" "{number}" {{ discard; }}\n' for number in range(10_000))
    mail_server.call("use_filter", alice, f'require "fileinto"; {rules} fileinto "Drafts";')
    with stranger(mail_server, "lmtp") as lmtp:
        begin(lmtp, alice)
        lmtp.send(b"Subject: judged\r\n\r\nHello.\r\n.\r\n")
        assert lmtp.getreply()[0] == 250
    assert [len(letters(mail_server, alice, name)) for name in ("INBOX", "Drafts")] == [0, 1]


def test_arc_and_the_results_of_others_stay_as_they_are(mail_server: MailServer) -> None:
    """Only a field in our own name is removed (RFC 8601 §5); a chain is broken by any change."""
    alice = mail_server.add_account()
    chain = (
        b"ARC-Seal: i=1; a=rsa-sha256; d=far.example; s=x; cv=none; b=AAAA\r\n"
        b"ARC-Message-Signature: i=1; a=rsa-sha256; d=far.example;\r\n\tb=AAAA\r\n"
        b"ARC-Authentication-Results: i=1; localhost; spf=pass\r\n"
        b"Authentication-Results: mx.far.example; spf=pass\r\n"
    )
    with stranger(mail_server) as smtp:
        begin(smtp, alice)
        smtp.send(chain + b"Subject: list\r\n\r\nHello.\r\n.\r\n")
        assert smtp.getreply()[0] == 250
    (kept,) = letters(mail_server, alice)
    assert chain in kept


def test_an_alias_that_leads_round_is_refused_at_once(mail_server: MailServer) -> None:
    for one, other in (("round", "and"), ("and", "round")):
        mail_server.call("add_alias", f"{one}-a@lemonade.test", f"{other}-a@lemonade.test")
    for port in ("smtp", "lmtp"):
        with stranger(mail_server, port) as smtp:
            smtp.mail("somebody@example.org")
            assert smtp.rcpt("round-a@lemonade.test") == (
                550, b"5.4.6 The alias leads only to itself"
            )  # fmt: skip
