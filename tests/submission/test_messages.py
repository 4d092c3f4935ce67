"""Whole messages through a real server: every bit, every limit, and no copy made.

Shows: BINARYMIME.
"""

from __future__ import annotations

import base64
import hashlib
import random
import smtplib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.mailserver import PASSWORD, MailServer

from .clients import mailbox, newest, octets_on_disk, submission, ticket

HEADER = (
    b"Date: Tue, 24 Nov 2026 05:00:00 +0000\r\nMessage-ID: <tea@client.example>\r\nSubject: tea\r\n"
)
LIMIT = 5_000_000


def header(author: str) -> bytes:
    """A complete one, to which nothing is added."""
    return f"From: {author}\r\n".encode() + HEADER


@pytest.fixture(scope="module")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """A server that takes 5 MB a message, and passwords only under TLS."""
    server = MailServer(
        tmp_path_factory.mktemp("small"), MAX_MESSAGE=str(LIMIT), PLAINTEXT_AUTH="never"
    )
    server.start()
    yield server
    server.stop()


def chunk(smtp: smtplib.SMTP, octets: bytes, last: bool = False) -> tuple[int, bytes]:
    smtp.send(b"BDAT %d%s\r\n" % (len(octets), b" LAST" if last else b"") + octets)
    return smtp.getreply()


def test_a_binary_message_arrives_bit_for_bit(mail_server: MailServer) -> None:
    """S-08: NULs, lone line ends, and a line of a megabyte."""
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    body = bytes(range(256)) * 8 + random.Random(8).randbytes(300_000) + b"x" * 1_000_000
    message = header(alice) + b"Content-Transfer-Encoding: binary\r\n\r\n" + body
    with submission(mail_server, alice) as smtp:
        assert smtp.mail(alice, ["BODY=BINARYMIME"])[0] == 250
        assert smtp.rcpt(bob)[0] == 250
        for at in range(0, len(message), 100_003):
            code, text = chunk(smtp, message[at : at + 100_003], at + 100_003 >= len(message))
            assert code == 250, text
    # BODY[] can't carry NUL (RFC 3516 §4.2); what is stored can.
    assert newest(mail_server, bob) == message.replace(b"\0", b"\x80")
    digest = hashlib.sha256(body).hexdigest()
    # The queue's row and the mailbox share one content.
    assert mail_server.call("blob_uses", digest) == 1


def test_a_large_message_arrives_by_data(mail_server: MailServer) -> None:
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    lines = [f".{number} {'tea' * 20}".encode() for number in range(150_000)]
    message = header(alice) + b"\r\n" + b"\r\n".join(lines) + b"\r\n"
    with submission(mail_server, alice) as smtp:
        smtp.sendmail(alice, [bob], message)
    assert newest(mail_server, bob) == message


def test_a_forwarded_attachment_is_not_stored_again(mail_server: MailServer) -> None:
    """The message of two megabytes costs a few thousand octets when it is sent on by BURL."""
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    photo = base64.encodebytes(random.Random(2).randbytes(1_500_000)).replace(b"\n", b"\r\n")
    message = header(alice) + b"Content-Transfer-Encoding: base64\r\n\r\n" + photo
    url = ticket(mail_server, alice, message)
    before = octets_on_disk(mail_server)
    with submission(mail_server, alice) as smtp:
        smtp.mail(alice)
        smtp.rcpt(bob)
        assert smtp.docmd("BURL", f"{url} LAST")[0] == 250
    assert newest(mail_server, bob) == message
    assert octets_on_disk(mail_server) - before < 5_000
    uses = mail_server.call(
        "sql", "SELECT uses, octets, last_used_by FROM urlauth_ticket ORDER BY id DESC LIMIT 1", []
    )
    assert uses == [[1, len(message), alice]]


def test_every_recipient_shares_one_content(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    readers = [mail_server.add_account("reader") for _ in range(10)]
    with submission(mail_server, alice) as smtp:
        smtp.sendmail(alice, readers, HEADER + b"\r\nhello\r\n")
    owners = ", ".join(f"'{reader}'" for reader in readers)
    rows = mail_server.call(
        "sql",
        "SELECT COUNT(*), COUNT(DISTINCT m.content_id) FROM message m"
        " JOIN mailbox b ON b.id = m.mailbox_id JOIN account a ON a.id = b.account_id"
        f" WHERE a.email IN ({owners})",
        [],
    )
    assert rows == [[10, 1]]


def test_a_burl_is_judged_by_what_it_expands_to(small_server: MailServer) -> None:
    """P-32: 5 MB is the limit; each part is below it, together they are not."""
    alice, bob = small_server.add_account("alice"), small_server.add_account("bob")
    message = HEADER + b"\r\n" + b"x" * 70 + (b"y" * 76 + b"\r\n") * 40_000
    # APPEND over plain text needs a login that this server refuses, so the ticket is made in TLS.
    with pytest.raises(smtplib.SMTPException), submission(small_server, alice):
        pass
    url = _ticket_under_tls(small_server, alice, message)
    with smtplib.SMTP_SSL(
        "localhost", small_server.ports["submissions"], context=small_server.client_tls()
    ) as smtp:
        smtp.login(alice, PASSWORD)
        assert smtp.mail(alice, [f"SIZE={LIMIT + 1}"])[0] == 552
        smtp.mail(alice)
        smtp.rcpt(bob)
        assert smtp.docmd("BURL", url)[0] == 250
        code, text = smtp.docmd("BURL", f"{url} LAST")
        assert (code, text[:5]) == (552, b"5.3.4")
        smtp.mail(alice)
        smtp.rcpt(bob)
        code, text = smtp.data((b"z" * 76 + b"\r\n") * 70_000)
        assert (code, text[:5]) == (552, b"5.3.4")
        assert smtp.noop()[0] == 250


def _ticket_under_tls(server: MailServer, login: str, message: bytes) -> str:
    with server.connect("imaps") as stream:
        file = stream.makefile("rwb")
        file.readline()
        user = login.replace("@", "%40")
        file.write(f"a LOGIN {login} {PASSWORD}\r\n".encode())
        file.write(b"b APPEND Sent {%d+}\r\n" % len(message) + message + b"\r\n")
        file.flush()
        file.readline()
        validity, uid = file.readline().partition(b"APPENDUID ")[2].split(b"]")[0].split()
        file.write(
            b'c GENURLAUTH "imap://%s@localhost/Sent;UIDVALIDITY=%s/;UID=%s;URLAUTH=submit+%s"'
            b" INTERNAL\r\n" % (user.encode(), validity, uid, user.encode())
        )
        file.flush()
        return file.readline().split(b'"')[1].decode()


def test_no_password_is_asked_for_in_the_clear(small_server: MailServer) -> None:
    with smtplib.SMTP("127.0.0.1", small_server.ports["submission"]) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        assert smtp.docmd("AUTH", "PLAIN AGEAYg==")[0] == 530
        smtp.starttls(context=small_server.client_tls())
        smtp.ehlo()
        assert smtp.has_extn("auth")


def test_a_changed_password_ends_the_session(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    with submission(mail_server, alice) as smtp:
        assert smtp.mail(alice)[0] == 250
        smtp.rset()
        mail_server.call("set_account", alice, {"is_active": False})
        code, text = smtp.docmd("MAIL", f"FROM:<{alice}>")
        assert (code, text[:5]) == (421, b"4.7.0")


def test_an_alias_may_be_sent_from_and_reaches_its_targets(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    team = f"team{time.time_ns()}@lemonade.test"
    mail_server.call("add_alias", team, alice, f"x{team}")
    with submission(mail_server, alice) as smtp:
        smtp.sendmail(team, [team], HEADER + b"\r\nhello\r\n")
    with mailbox(mail_server, alice) as imap:
        _, (count,) = imap.select("INBOX")
        assert count == b"2"  # the message, and the report of the target that does not exist


@pytest.mark.parametrize("after", [b"DATA\r\n", b"BDAT 100\r\n12345", b"BURL imap://x"])
def test_a_client_that_vanishes_leaves_nothing(mail_server: MailServer, after: bytes) -> None:
    alice, bob = mail_server.add_account("alice"), mail_server.add_account("bob")
    plain = base64.b64encode(f"\0{alice}\0{PASSWORD}".encode())
    with socket.create_connection(("127.0.0.1", mail_server.ports["submission"])) as raw:
        raw.sendall(
            b"EHLO x\r\nAUTH PLAIN %s\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\n"
            % (plain, alice.encode(), bob.encode())
        )
        replies = b""
        while b"\r\n250 2.1.5 " not in replies:
            octets = raw.recv(4096)
            assert octets, replies
            replies += octets
        raw.sendall(after)
    with submission(mail_server, alice) as smtp:
        assert smtp.noop()[0] == 250
    with mailbox(mail_server, bob) as imap:
        assert imap.select("INBOX")[1] == [b"0"]


def test_a_message_of_countless_parts_is_refused(mail_server: MailServer) -> None:
    """Each part is a row, and each chunk between two of them may be a file."""
    alice = mail_server.add_account("alice")
    url = ticket(mail_server, alice, HEADER + b"\r\nx\r\n", "/;SECTION=TEXT")
    with submission(mail_server, alice) as smtp:
        smtp.mail(alice)
        smtp.rcpt(alice)
        smtp.send((f"BURL {url}\r\n" + "BDAT 1\r\n:").encode() * 501)
        replies = [smtp.getreply() for _ in range(1002)]
        assert {code for code, _ in replies[:1000]} == {250}
        assert [(code, text[:5]) for code, text in replies[1000:]] == [
            (552, b"5.3.4"), (503, b"5.5.1"),
        ]  # fmt: skip
        assert smtp.rset()[0] == 250
