"""Large messages: spooled in, streamed out, shared by CATENATE, and memory does not follow size."""

from __future__ import annotations

import base64
import imaplib
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD, MailServer

ATTACHMENT = base64.encodebytes(random.Random(1).randbytes(12_000_000)).replace(b"\n", b"\r\n")
HEAD = (
    b"Subject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/octet-stream\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
MESSAGE = HEAD + ATTACHMENT + b"--b--\r\n"


@pytest.fixture
def client(mail_server: MailServer) -> Iterator[imaplib.IMAP4]:
    imap = imaplib.IMAP4("127.0.0.1", mail_server.ports["imap"], timeout=60)
    email = mail_server.add_account()
    imap.login(email, PASSWORD)
    yield imap
    imap.logout()


def peak_memory(server: MailServer) -> int:
    """The most memory that the server's processes have used, in octets."""
    assert server._server is not None
    status = Path(f"/proc/{server._server.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def forget_peak(server: MailServer) -> None:
    assert server._server is not None
    Path(f"/proc/{server._server.pid}/clear_refs").write_text("5")


def fetched(imap: imaplib.IMAP4, item: str) -> bytes:
    kind, answer = imap.uid("FETCH", "1", f"({item})")
    assert kind == "OK"
    return b"".join(part[1] for part in answer if isinstance(part, tuple))


@pytest.mark.skipif(not os.path.exists("/proc/self/clear_refs"), reason="needs Linux")
def test_it_comes_back_whole_and_in_parts_in_bounded_memory(
    client: imaplib.IMAP4, mail_server: MailServer
) -> None:
    forget_peak(mail_server)
    before = peak_memory(mail_server)
    assert client.append("INBOX", "", "", MESSAGE)[0] == "OK"
    client.select("INBOX")
    assert fetched(client, "BODY.PEEK[]") == MESSAGE
    assert fetched(client, "BODY.PEEK[2]") == ATTACHMENT[:-2]
    assert fetched(client, "BODY.PEEK[]<5000000.1000000>") == MESSAGE[5_000_000:6_000_000]
    assert fetched(client, "BODY.PEEK[]<5000000.100>") == MESSAGE[5_000_000:5_000_100]
    # The mapped spool counts too while it is scanned, once; nothing is held twice.
    assert peak_memory(mail_server) - before < 2 * len(MESSAGE)


def test_catenate_shares_it(client: imaplib.IMAP4, mail_server: MailServer) -> None:
    assert client.append("INBOX", "", "", MESSAGE)[0] == "OK"
    stored = mail_server.call("sql", "SELECT count(*), sum(size) FROM blob", [])
    tag = client._new_tag().decode()
    text = HEAD.replace(b"large", b"forwarded")
    client.send(
        f"{tag} APPEND Sent CATENATE (TEXT {{{len(text)}+}}\r\n".encode()
        + text
        + b' URL "/INBOX/;UID=1/;SECTION=2" TEXT {9+}\r\n\r\n--b--\r\n)\r\n'
    )
    assert client._command_complete("APPEND", tag.encode())[0] == "OK"
    client.select("Sent")
    assert fetched(client, "BODY.PEEK[2]") == ATTACHMENT[:-2]
    grown = mail_server.call("sql", "SELECT count(*), sum(size) FROM blob", [])
    assert grown[0][1] - stored[0][1] < 1_000


def test_a_reader_that_stops_does_not_stop_others(
    client: imaplib.IMAP4, mail_server: MailServer
) -> None:
    assert client.append("INBOX", "", "", MESSAGE)[0] == "OK"
    client.select("INBOX")
    client.send(b"slow UID FETCH 1 BODY.PEEK[]\r\n")
    other = imaplib.IMAP4("127.0.0.1", mail_server.ports["imap"], timeout=60)
    other.login(mail_server.add_account(), PASSWORD)
    for _ in range(20):
        assert other.noop()[0] == "OK"
    other.logout()
    line = client.readline()
    size = int(re.search(rb"\{(\d+)\}", line)[1])  # type: ignore[index]
    assert client.read(size) == MESSAGE
    while not client.readline().startswith(b"slow OK"):
        pass


def test_limits_are_judged_before_anything_is_read_or_written(tmp_path: Path) -> None:
    server = MailServer(tmp_path, MAX_MESSAGE="2000")
    server.start()
    try:
        imap = imaplib.IMAP4("127.0.0.1", server.ports["imap"], timeout=60)
        imap.login(server.add_account(), PASSWORD)
        assert b"APPENDLIMIT=2000" in imap.capability()[1][0]
        assert imap.append("INBOX", "", "", b"a: b\r\n\r\n" + b"x" * 1500)[0] == "OK"
        blobs = server.call("sql", "SELECT count(*) FROM blob", [])
        kind, answer = imap.append("INBOX", "", "", b"x" * 2001)
        assert (kind, answer[0][:8]) == ("NO", b"[TOOBIG]")
        kind, answer = imap._simple_command(
            "APPEND", 'INBOX CATENATE (URL "/INBOX/;UID=1" URL "/INBOX/;UID=1")'
        )
        assert (kind, answer[0][:8]) == ("NO", b"[TOOBIG]")
        assert imap.select("INBOX")[1] == [b"1"]
        assert server.call("sql", "SELECT count(*) FROM blob", []) == blobs
        imap.logout()
    finally:
        server.stop()


def test_octets_that_are_lost_end_the_connection_and_no_other(tmp_path: Path) -> None:
    server = MailServer(tmp_path)
    server.start()
    try:
        imap = imaplib.IMAP4("127.0.0.1", server.ports["imap"], timeout=60)
        imap.login(server.add_account(), PASSWORD)
        assert imap.append("INBOX", "", "", MESSAGE)[0] == "OK"
        imap.select("INBOX")
        (tmp_path / "blobs").rename(tmp_path / "away")
        imap.send(b"x FETCH 1 BODY.PEEK[]\r\n")
        answer = imap.read(2 * len(MESSAGE))
        assert answer.startswith(b"* 1 FETCH (BODY[] {") and b"BYE [SERVERBUG]" in answer
        imap.shutdown()
        other = imaplib.IMAP4("127.0.0.1", server.ports["imap"], timeout=60)
        other.logout()
    finally:
        (tmp_path / "away").rename(tmp_path / "blobs")
        server.stop()
