"""No response holds a NUL but in a literal8 (RFC 3501 §9, RFC 9051 §9, RFC 3516 §4.3; B-49).

Messages with NUL come by APPEND, CATENATE, SMTP and LMTP (RFC 5321 §4.1.1.4 and RFC 5322 §4 let
them); whatever is asked of them, the plain octets of the wire are looked at.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator

import pytest

from tests.mailserver import MailServer
from tests.submission.clients import newest

from .client import Client

_LITERAL = re.compile(rb"(~?)\{(\d+)\}\r\n\Z")

INNER = b'Subject: in\0ner\r\nFrom: "N\0" <n\0l@example.org>\r\n\r\nin\0ner text\r\n'
MESSAGE = (
    b'From: "Al\0ice" <al\0ice@example.org>\r\nTo: bo\0b@example.org\r\nSubject: nu\0l\r\n'
    b"Message-ID: <o\0ne@example.org>\r\nReferences: <ze\0ro@example.org>\r\n"
    b"Date: Tue, 24 Nov 2026 05:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="=="; x="a\0b"\r\n\r\n'
    b'--==\r\nContent-Type: text/plain; name="a\0b"\r\nContent-Description: d\0\r\n'
    b"Content-ID: <c\0@x>\r\n\r\nfirst\0 line\r\n"
    b"--==\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
    b"Content-Disposition: attachment; filename=\"f\0\"\r\nContent-Language: e\0n\r\n"
    b"\r\n\0\1\2\0\r\n"
    b"--==\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    + INNER
    + b"\r\n--==\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"YQBiYw==\r\n--==--\r\n"
)  # fmt: skip
LARGE = b"Subject: la\0rge\r\nContent-Transfer-Encoding: binary\r\n\r\n" + b"x\0" * 150_000

ITEMS = (
    "ENVELOPE", "BODY", "BODYSTRUCTURE", "PREVIEW", "RFC822", "RFC822.HEADER", "RFC822.TEXT",
    "BODY.PEEK[]", "BODY.PEEK[]<3.200>", "BODY.PEEK[HEADER]", "BODY.PEEK[TEXT]", "BODY.PEEK[1]",
    "BODY.PEEK[1.MIME]", "BODY.PEEK[2]", "BODY.PEEK[2]<0.1>", "BODY.PEEK[3]",
    "BODY.PEEK[3.HEADER]", "BODY.PEEK[3.TEXT]", "BODY.PEEK[4]",
    "BODY.PEEK[HEADER.FIELDS (Subject From)]", "BODY.PEEK[HEADER.FIELDS.NOT (To)]",
    "BODY.PEEK[3.HEADER.FIELDS (Subject)]", "BINARY.PEEK[]", "BINARY.PEEK[1]", "BINARY.PEEK[2]",
    "BINARY.PEEK[2]<0.2>", "BINARY.PEEK[3]", "BINARY.PEEK[4]", "BINARY.SIZE[2]",
)  # fmt: skip


class Wire(Client):
    """Keeps what came apart: the octets of literal8s, and all the others.

    ``url`` begins the URL of a message in its INBOX.
    """

    url = ""

    def __init__(self, server: MailServer, email: str) -> None:
        super().__init__(server, email)
        self.email = email

    def asked(self, line: str) -> tuple[bytes, list[bytes]]:
        """A command that succeeds: all but literal8s, and those."""
        tag = self.send(line)
        plain = b""
        binary: list[bytes] = []
        while True:
            line_of = self._file.readline()
            assert line_of, "the server closed the connection"
            plain += line_of
            if line_of.startswith(tag):
                assert line_of.startswith(tag + b" OK"), (line, line_of)
                return plain, binary
            while found := _LITERAL.search(line_of):
                octets = self._file.read(int(found[2]))
                if found[1]:
                    binary.append(octets)
                else:
                    plain += octets
                line_of = self._file.readline()
                plain += line_of


@pytest.fixture(scope="module")
def wire(mail_server: MailServer) -> Iterator[Wire]:
    """Somebody whose INBOX holds both messages, and their catenation."""
    email = mail_server.add_account()
    client = Wire(mail_server, email)
    for message in (MESSAGE, LARGE):
        client.ok(b"APPEND INBOX ~{%d+}\r\n%b" % (len(message), message))
    client.ok("SELECT INBOX")
    validity = re.search(rb"UIDVALIDITY (\d+)", client.asked("STATUS INBOX (UIDVALIDITY)")[0])
    assert validity is not None
    client.url = f"/INBOX;UIDVALIDITY={validity[1].decode()}/;UID="
    parts = " ".join(f'URL "{client.url}1/;SECTION={part}"' for part in ("HEADER", "TEXT"))
    client.ok(f"APPEND INBOX CATENATE ({parts})")
    yield client
    client.close()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_no_item_brings_a_nul_outside_of_a_literal8(wire: Wire, number: int) -> None:
    items = [item for item in ITEMS if number != 2 or not re.search(r"\[[1-9]\.|\[[2-9]", item)]
    for item in items:
        plain, binary = wire.asked(f"FETCH {number} ({item})")
        assert b"\0" not in plain, item
        assert all(b"\0" in octets for octets in binary), f"{item}: a literal8 without need"
        assert not binary or item.startswith("BINARY"), item


def test_the_octets_are_all_there(wire: Wire) -> None:
    for number, message in ((1, MESSAGE), (2, LARGE), (3, MESSAGE)):
        assert wire.asked(f"FETCH {number} BINARY.PEEK[]")[1] == [message]
        shown = message.replace(b"\0", b"\x80")
        plain, _ = wire.asked(f"FETCH {number} (RFC822.SIZE BODY.PEEK[])")
        assert b"RFC822.SIZE %d" % len(message) in plain
        assert b"{%d}\r\n%b" % (len(message), shown) in plain
    assert wire.asked("FETCH 1 BINARY.PEEK[2]")[1] == [b"\0\1\2\0"]
    assert wire.asked("FETCH 1 BINARY.PEEK[4]")[1] == [b"a\0bc"]


def test_tickets_give_them_in_the_same_way(wire: Wire) -> None:
    user = wire.email.replace("@", "%40")
    for uid, section in ((1, ""), (1, "/;SECTION=2"), (1, "/;SECTION=HEADER"), (2, "")):
        rump = f"imap://{user}@localhost{wire.url}{uid}{section};URLAUTH=user+{user}"
        made = wire.asked(f'GENURLAUTH "{rump}" INTERNAL')[0]
        url = made.split(b'"')[1].decode()
        plain, binary = wire.asked(f'URLFETCH "{url}"')
        assert b"\0" not in plain and not binary and b"\x80" in plain
        plain, binary = wire.asked(f'URLFETCH ("{url}" BINARY BODYPARTSTRUCTURE)')
        assert b"\0" not in plain and b"".join(binary).count(b"\0")


def test_searches_and_threads_hold_none(wire: Wire) -> None:
    for command in (
        "SEARCH RETURN (ALL COUNT) SUBJECT nul",
        "UID THREAD REFERENCES UTF-8 ALL",
        "UID SORT RETURN (ALL) (SUBJECT) UTF-8 ALL",
        'LIST "" * RETURN (STATUS (MESSAGES))',
    ):
        plain, binary = wire.asked(command)
        assert b"\0" not in plain and not binary


@pytest.mark.parametrize("port", ["smtp", "lmtp"])
def test_what_other_servers_send_is_kept_and_shown(mail_server: MailServer, port: str) -> None:
    """A receiver must accept the obsolete syntax (RFC 5322 §4); mail is not lost for a NUL."""
    email = mail_server.add_account()
    kind = smtplib.LMTP if port == "lmtp" else smtplib.SMTP
    with kind("127.0.0.1", mail_server.ports[port], timeout=60) as smtp:
        smtp.sendmail("x@example.org", email, INNER)
    assert newest(mail_server, email).endswith(INNER.replace(b"\0", b"\x80"))
    client = Wire(mail_server, email)
    client.ok("SELECT INBOX")
    assert client.asked("FETCH 1 BINARY.PEEK[1]")[1] == [b"in\0ner text\r\n"]
    client.close()
