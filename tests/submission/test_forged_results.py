"""Nobody brings Authentication-Results in our name, by whichever port (RFC 8601 §5)."""

from __future__ import annotations

import smtplib

import pytest

from tests.mailserver import PASSWORD, MailServer

from .clients import newest

MESSAGE = (
    b"Authentication-Results: localhost; dkim=pass header.d=bank.example\r\n"
    b"Authentication-Results: (trust me) LOCALHOST\r\n ; dmarc=pass\r\n"
    b"Authentication-Results: gateway.example; spf=pass\r\n"
    b"Authentication-Results: (open\r\n"
    b"From: %b\r\nSubject: forged\r\n\r\nHello\r\n"
)


@pytest.mark.parametrize("port", ["smtp", "lmtp", "submission"])
def test_what_claims_to_be_ours_is_removed_and_the_rest_stays(
    mail_server: MailServer, port: str
) -> None:
    alice = mail_server.add_account("alice")
    kind = smtplib.LMTP if port == "lmtp" else smtplib.SMTP
    with kind("127.0.0.1", mail_server.ports[port], timeout=60) as client:
        client.ehlo("client.example")
        if port == "submission":
            client.login(alice, PASSWORD)
        client.sendmail(alice, [alice], MESSAGE % alice.encode())
    got = newest(mail_server, alice)
    results = [line for line in got.split(b"\r\n") if line.lower().startswith(b"authentication-r")]
    assert results == [b"Authentication-Results: gateway.example; spf=pass"]
    assert b"dmarc=pass" not in got and b"(open" not in got
    assert got.endswith(b"Subject: forged\r\n\r\nHello\r\n")
