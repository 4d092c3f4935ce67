"""Delivery status notifications as a client on the wire sees them (RFC 3461, RFC 6533).

``delivered``, ``expanded`` and ``failed`` come at once; ``relayed`` and ``delayed`` are in
``tests/delivery/test_relay.py``. Shows: DSN, LIMITS.
"""

from __future__ import annotations

import re
import smtplib
import socket

import pytest

from tests.mailserver import MailServer, encode

from .clients import all_octets, mailbox, submission

TEXT = b"Subject: tea\r\nMessage-ID: <tea@client.example>\r\n\r\nAt five?\r\n"


def send(
    smtp: smtplib.SMTP, sender: str, recipients: list[str], options: str, text: bytes = TEXT
) -> None:
    """``recipients``: addresses in angle brackets, with their parameters."""
    encoding = "utf-8" if "SMTPUTF8" in options else "ascii"
    smtp.command_encoding = encoding
    assert smtp.docmd("MAIL", f"FROM:<{sender}> {options}".rstrip())[0] == 250
    for recipient in recipients:
        assert smtp.docmd("RCPT", f"TO:{recipient}".rstrip())[0] == 250, recipient
    assert smtp.data(text)[0] == 250


def reports(server: MailServer, login: str) -> list[str]:
    """Every message in the INBOX, unfolded; all of them are reports."""
    with mailbox(server, login) as imap:
        if imap.select("INBOX")[1] == [b"0"]:
            return []
        found = imap.fetch("1:*", "(BODY.PEEK[])")[1]
    texts = [each.decode("utf-8") for each in all_octets(found)]
    made = [each.replace("\r\n ", " ").replace("\r\n", "\n") for each in texts]
    assert all(types(one)[:2] == ["multipart/report", "text/plain"] for one in made)
    assert all(one.startswith("Return-Path: <>\n") for one in made)
    return made


def types(report: str) -> list[str]:
    """The types of a report and of its three parts, and of what is in them."""
    return re.findall(r"(?m)^Content-Type: ([a-z0-9/-]+)", report)


def fields(report: str) -> dict[str, str]:
    """Those of the message and of its recipient; a report here has one."""
    _, _, status = report.partition("delivery-status\n")
    lines = status.partition("\n--")[0].splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line)


@pytest.fixture
def sender(mail_server: MailServer) -> str:
    return mail_server.add_account("sender")


@pytest.fixture
def team(mail_server: MailServer, sender: str) -> str:
    """An alias that leads to somebody and to nobody."""
    address = f"team-{sender}"
    mail_server.call("add_alias", address, mail_server.add_account(), f"gone-{sender}")
    return address


@pytest.mark.parametrize(
    ("notify", "actions"),
    [
        ("", ["failed"]),
        ("NEVER", []),
        ("SUCCESS", ["delivered", "expanded"]),
        ("FAILURE", ["failed"]),
        ("DELAY", []),
        ("SUCCESS,FAILURE", ["delivered", "expanded", "failed"]),
        ("FAILURE,DELAY", ["failed"]),
        ("DELAY,SUCCESS", ["delivered", "expanded"]),
        ("SUCCESS,FAILURE,DELAY", ["delivered", "expanded", "failed"]),
    ],
)
def test_what_notify_asks_for_and_nothing_else(
    mail_server: MailServer, sender: str, team: str, notify: str, actions: list[str]
) -> None:
    friend = mail_server.add_account("friend")
    wish = f" NOTIFY={notify}" if notify else ""
    with submission(mail_server, sender) as smtp:
        send(
            smtp,
            sender,
            [f"<{friend}>{wish} ORCPT=rfc822;Fr+2Biend@X", f"<{team}>{wish}"],
            "ENVID=a+2Bb+20c+3Dd~",
        )
    found = [fields(report) for report in reports(mail_server, sender)]
    assert sorted(each["Action"] for each in found) == actions
    for each in found:
        assert each["Original-Envelope-Id"] == "a+b c=d~"
        if each["Action"] == "delivered":
            assert each["Original-Recipient"] == "rfc822; Fr+iend@X"
        if each["Action"] == "failed":
            assert each["Final-Recipient"] == f"rfc822; {team}"  # whom it leads to is told nobody
            assert each["Status"] == "5.1.1"


@pytest.mark.parametrize(
    ("ret", "failed"),
    [("RET=FULL", "message/rfc822"), ("RET=HDRS", "text/rfc822-headers"), ("", None)],
)
def test_what_is_returned(
    mail_server: MailServer, sender: str, team: str, ret: str, failed: str | None
) -> None:
    """RET is about failures (RFC 3461 §4.3); what it does not say, we do."""
    with submission(mail_server, sender) as smtp:
        send(smtp, sender, [f"<{team}> NOTIFY=SUCCESS,FAILURE"], ret)
    found = reports(mail_server, sender)
    kinds = {fields(one)["Action"]: types(one)[3] for one in found}
    assert kinds.keys() == {"expanded", "failed"}
    assert kinds["expanded"] == "text/rfc822-headers"
    assert kinds["failed"] == (failed or kinds["failed"])
    for report in found:
        whole = fields(report)["Action"] == "failed" and kinds["failed"] == "message/rfc822"
        assert ("At five?" in report) is whole


def test_a_report_about_an_address_beyond_ascii(mail_server: MailServer, sender: str) -> None:
    """RFC 6533 §3, §4: a report in UTF-8, of the type that says so."""
    local = f"büro-{sender}"
    mail_server.call("add_alias", local, mail_server.add_account(), f"gone-{sender}")
    text = f"From: {sender}\r\nSubject: Grüße\r\n\r\nTee?\r\n".encode()
    with submission(mail_server, sender) as smtp:
        orcpt = f"ORCPT=utf-8;{local}"
        send(smtp, sender, [f"<{local}> NOTIFY=SUCCESS {orcpt}"], "SMTPUTF8 RET=FULL", text)
    (report,) = reports(mail_server, sender)
    assert types(report)[2:4] == ["message/global-delivery-status", "message/global-headers"]
    found = fields(report)
    assert found["Original-Recipient"] == f"utf-8; {local}"
    assert found["Final-Recipient"] == f"utf-8; {local}"
    assert found["Action"] == "expanded"


@pytest.mark.parametrize(("port", "hello"), [("submission", "EHLO"), ("lmtp", "LHLO")])
def test_as_many_recipients_as_are_announced(
    mail_server: MailServer, sender: str, port: str, hello: str
) -> None:
    """LIMITS (RFC 9422 §3): the last that was promised is taken, the next is for later."""
    address = ("127.0.0.1", mail_server.ports[port])
    with socket.create_connection(address, timeout=60) as peer, peer.makefile("rwb") as file:
        file.write(f"{hello} client.example\r\n".encode())
        file.flush()
        most = 0
        while not (line := file.readline()).startswith(b"250 "):
            if line.startswith(b"250-LIMITS RCPTMAX="):
                most = int(line.partition(b"=")[2])
        if port == "submission":
            file.write(f"AUTH PLAIN {encode(chr(0) + sender + chr(0) + 'lemonade')}\r\n".encode())
            file.flush()
            assert file.readline().startswith(b"235 ")
        recipient = f"RCPT TO:<{sender}>\r\n".encode()
        file.write(f"MAIL FROM:<{sender}>\r\n".encode() + recipient * (most + 2) + b"QUIT\r\n")
        file.flush()
        replies = [line[:9] for line in file.read().splitlines()]
    assert most > 0
    assert replies == [b"250 2.1.0"] + [b"250 2.1.5"] * most + [b"452 4.5.3"] * 2 + [b"221 2.0.0"]
