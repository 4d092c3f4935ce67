"""rspamd itself judges our mail: refused, filed as junk, or let through."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import closing

import pytest

from bench.imap import Imap
from tests.mailserver import PASSWORD, MailServer

from . import rspamd

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(rspamd.COMMAND is None, reason="rspamd is not installed"),
]


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with rspamd.running() as url:
        server = MailServer(tmp_path_factory.mktemp("mail"), RSPAMD_URL=url)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def letter(subject: str, body: str = "At five?") -> str:
    return f"From: ann@far.example\r\nTo: x@lemonade.test\r\nSubject: {subject}\r\n\r\n{body}\r\n"


def smtp_to(server: MailServer) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.ports["smtp"], "client.example", timeout=60)


def headers_in(server: MailServer, email: str, mailbox: str) -> list[bytes]:
    with closing(Imap("127.0.0.1", server.ports["imap"])) as imap:
        imap.command(f"LOGIN {email} {PASSWORD}".encode())
        imap.command(f"EXAMINE {mailbox}".encode())
        return imap.command(b"FETCH 1:* (BODY.PEEK[HEADER])")[:-1]


def test_spam_is_refused_or_filed_as_junk_and_the_rest_is_marked(screened: MailServer) -> None:
    alice = screened.add_account("alice")
    with smtp_to(screened) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            smtp.sendmail("ann@far.example", alice, letter("free", rspamd.GTUBE))
        assert refusal.value.smtp_code == 550
        assert refusal.value.smtp_error == b"5.7.1 Gtube pattern"
        smtp.sendmail("ann@far.example", alice, letter("unwanted words"))
        smtp.sendmail("ann@far.example", alice, letter("tea"))
    (junk,) = headers_in(screened, alice, "Junk")
    assert b"X-Spam-Status: Yes, score=7.50 required=15.00" in junk
    (fine,) = headers_in(screened, alice, "INBOX")
    assert b"X-Spam-Status: No, score=0.00" in fine and b"Subject: tea" in fine


def test_what_a_server_beside_us_hands_over_was_judged_there(screened: MailServer) -> None:
    bob = screened.add_account("bob")
    with smtplib.LMTP("127.0.0.1", screened.ports["lmtp"], timeout=60) as lmtp:
        lmtp.sendmail("ann@far.example", bob, letter("free", rspamd.GTUBE))
    (header,) = headers_in(screened, bob, "INBOX")
    assert b"X-Spam-Status" not in header
