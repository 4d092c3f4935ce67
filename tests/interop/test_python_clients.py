"""The clients of Python's standard library, and imapclient, which the webmail is built on."""

from __future__ import annotations

import email.policy
import imaplib
import re
import smtplib
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage

import pytest
from imapclient import IMAPClient

from tests.mailserver import PASSWORD

from .conftest import Owner


def letter(owner: Owner, subject: str) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = owner.email, owner.email, subject
    message.set_content("Grüße aus dem Süden\n")
    message.add_attachment(bytes(range(256)) * 400, "application", "octet-stream", filename="a.bin")
    return message


@pytest.fixture
def imap(owner: Owner) -> Iterator[imaplib.IMAP4]:
    client = imaplib.IMAP4("localhost", owner.server.ports["imap"], timeout=60)
    client.starttls(owner.server.client_tls())
    client.login(owner.email, PASSWORD)
    yield client
    client.logout()


def test_imaplib(owner: Owner, imap: imaplib.IMAP4) -> None:
    octets = letter(owner, "by imaplib").as_bytes()
    when = imaplib.Time2Internaldate(1_700_000_000)
    assert imap.append("INBOX", r"(\Seen)", when, octets)[0] == "OK"
    assert imap.select() == ("OK", [b"1"])
    assert imap.uid("FETCH", "1", "(BODY.PEEK[] INTERNALDATE)")[1][0][1] == octets
    assert imap.search(None, "SUBJECT", '"imaplib"') == ("OK", [b"1"])
    assert imap.store("1", "+FLAGS", r"(\Flagged $Label1)")[0] == "OK"
    assert imap.copy("1", "Archive")[0] == "OK"
    kind, found = imap.list()
    names = b"\n".join(row for row in found if isinstance(row, bytes))
    assert kind == "OK" and (b'"INBOX"' in names or b" INBOX" in names)
    assert imap.create("Über".encode("utf-7").replace(b"+", b"&").decode())[0] == "OK"
    assert imap.store("1", "+FLAGS", r"(\Deleted)")[0] == "OK"
    assert imap.expunge() == ("OK", [b"1"])
    assert owner.mail("Archive") == {"by imaplib": {"\\Seen", "\\Flagged", "$Label1"}}
    assert imap.namespace()[0] == "OK"
    assert imap.unselect()[0] == "OK"


def test_imaplib_with_sasl_over_tls(owner: Owner) -> None:
    client = imaplib.IMAP4_SSL(
        "localhost", owner.server.ports["imaps"], ssl_context=owner.server.client_tls(), timeout=60
    )
    with client:
        client.authenticate("PLAIN", lambda _: f"\0{owner.email}\0{PASSWORD}".encode())
        assert client.select("INBOX", readonly=True)[0] == "OK"
        assert client.store("1", "+FLAGS", r"(\Seen)")[0] == "NO"


@pytest.mark.parametrize("port", ["submission", "submissions"])
def test_smtplib(owner: Owner, port: str) -> None:
    context = owner.server.client_tls()
    number = owner.server.ports[port]
    if port == "submissions":
        client: smtplib.SMTP = smtplib.SMTP_SSL("localhost", number, context=context, timeout=60)
    else:
        client = smtplib.SMTP("localhost", number, timeout=60)
        client.starttls(context=context)
    with client:
        client.login(owner.email, PASSWORD)
        assert client.has_extn("chunking") and client.has_extn("burl")
        refused = client.send_message(
            letter(owner, "by smtplib"), to_addrs=[owner.email, "nobody@lemonade.test"]
        )
    assert list(refused) == ["nobody@lemonade.test"]
    assert owner.mail() == {"by smtplib": set()}


def test_imapclient(owner: Owner) -> None:
    octets = letter(owner, "by imapclient").as_bytes()
    with IMAPClient("localhost", owner.server.ports["imap"], ssl=False, timeout=60) as client:
        client.starttls(owner.server.client_tls())
        client.login(owner.email, PASSWORD)
        assert {b"\\Sent", b"\\Drafts"} <= {
            flag for flags, _, _ in client.list_folders() for flag in flags
        }
        client.create_folder("Zitronen & Äpfel")
        done = client.append("Zitronen & Äpfel", octets, [b"$Forwarded"], datetime.now())
        assert re.search(rb"APPENDUID \d+ 1\]", done)
        state = client.select_folder("Zitronen & Äpfel")
        assert state[b"EXISTS"] == 1 and state[b"UIDNEXT"] == 2
        (found,) = client.fetch(
            [1], ["BODYSTRUCTURE", "ENVELOPE", "FLAGS", "BODY.PEEK[1]"]
        ).values()
        assert found[b"ENVELOPE"].subject == b"by imapclient"
        assert found[b"BODYSTRUCTURE"].is_multipart
        assert b"$Forwarded" in found[b"FLAGS"]
        assert client.search(["KEYWORD", "$Forwarded", "LARGER", 1000]) == [1]
        with Watcher(owner, "Zitronen & Äpfel") as other:
            client.idle()
            other.add_flags([1], [b"\\Seen"])
            pushed = client.idle_check(timeout=60)
            client.idle_done()
        assert any(item[1] == b"FETCH" and b"\\Seen" in item[2][-1] for item in pushed), pushed
        client.move([1], "Archive")
        client.delete_folder("Zitronen & Äpfel")
        assert not client.folder_exists("Zitronen & Äpfel")
    assert owner.mail("Archive") == {"by imapclient": {"\\Seen", "$Forwarded"}}


class Watcher:
    """A second connection that has the same mailbox open."""

    def __init__(self, owner: Owner, mailbox: str) -> None:
        self._client = IMAPClient("localhost", owner.server.ports["imap"], ssl=False, timeout=60)
        self._client.login(owner.email, PASSWORD)
        self._client.select_folder(mailbox)

    def __enter__(self) -> IMAPClient:
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.logout()
