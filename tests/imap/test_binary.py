"""BINARY of attachments too large to hold: size, octets and pieces agree (RFC 3516 §4.3).

Shows: BINARY.
"""

from __future__ import annotations

import base64
import random
import re
from contextlib import closing

from tests.mailserver import MailServer

from .client import Client

SIZE = 700_000


def fetched(client: Client, item: str) -> bytes:
    """The octets of a literal that one item of message 1 brings."""
    tag = client.send(f"FETCH 1 {item}")
    line = client._file.readline()
    found = re.search(rb"~?\{(\d+)\}\r\n\Z", line)
    assert found, line
    data = client._file.read(int(found[1]))
    assert client._file.readline() == b")\r\n"
    assert client.finish(tag).startswith(b"OK")
    return data


def test_a_large_attachment_comes_decoded(mail_server: MailServer) -> None:
    octets = random.Random(5).randbytes(SIZE)
    message = (
        b"MIME-Version: 1.0\r\nContent-Type: application/zip\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(octets).replace(b"\n", b"\r\n")
    )
    with closing(Client(mail_server, mail_server.add_account())) as client:
        client.ok(b"APPEND INBOX {%d+}\r\n%b" % (len(message), message))
        client.ok("SELECT INBOX")
        tag = client.send("FETCH 1 BINARY.SIZE[1]")
        assert client._file.readline() == b"* 1 FETCH (BINARY.SIZE[1] %d)\r\n" % SIZE
        client.finish(tag)
        assert fetched(client, "BINARY.PEEK[1]") == octets
        assert fetched(client, "BINARY.PEEK[1]<300000.350000>") == octets[300_000:650_000]
        assert fetched(client, "BINARY.PEEK[1]<690000.99999>") == octets[690_000:]
        assert fetched(client, "BINARY.PEEK[]") == message
