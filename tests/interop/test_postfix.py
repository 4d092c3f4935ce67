"""Postfix hands us mail by LMTP, and takes what we relay."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer

from . import postfix
from .conftest import Owner
from .postfix import Postfix

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(postfix.COMMAND is None, reason="postfix is not installed"),
    pytest.mark.skipif(os.geteuid() != 0, reason="postfix is started by root only"),
]


@pytest.fixture(scope="module")
def peer(mail_server: MailServer) -> Iterator[Postfix]:
    with postfix.running(mail_server.ports["lmtp"]) as running:
        yield running


def test_it_hands_us_mail(owner: Owner, peer: Postfix) -> None:
    friend = owner.server.add_account("friend")
    message = (
        f"From: carol@example.net\r\nTo: {owner.email}\r\nSubject: by postfix\r\n\r\n"
        ".\r\n..dots\r\nLemons, ä\r\n"
    )
    with smtplib.SMTP("127.0.0.1", peer.port, "client.example", timeout=60) as smtp:
        smtp.sendmail(
            "carol@example.net",
            [owner.email, friend, "nobody-there@lemonade.test"],
            message.encode(),
            ["BODY=8BITMIME"],
        )
    for address, status in (
        (owner.email, "status=sent (250 2."),
        (friend, "status=sent (250 2."),
        ("nobody-there@lemonade.test", "status=bounced"),
    ):
        peer.await_log(f"to=<{address}>")
        line = next(line for line in peer.log().splitlines() if f"to=<{address}>" in line)
        assert status in line, line
    assert "550 5.1.1" in peer.log()
    assert owner.mail().keys() == {"by postfix"}
    owner.imap.command(b"EXAMINE INBOX")
    octets = owner.imap.command(b"FETCH 1 BODY.PEEK[]")[0]
    assert ".\r\n..dots\r\nLemons, ä\r\n".encode() in octets
    assert b"Return-Path: <carol@example.net>" in octets
