"""Forward a large attachment: CATENATE, GENURLAUTH and BURL against download and upload."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

from . import letters
from .figures import Figure
from .imap import Imap
from .server import PASSWORD, Server
from .smtp import Smtp

HEAD = (
    b"Message-ID: <%d@bench.example>\r\nDate: Tue, 03 Jan 2023 08:00:00 +0000\r\n"
    b"From: %s\r\nTo: %s\r\nSubject: Fwd: The big one\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="=_fwd"\r\n\r\n'
    b"--=_fwd\r\nContent-Type: text/plain\r\n\r\nPlease have a look at this.\r\n--=_fwd\r\n"
)


def _code(lines: list[bytes], name: bytes) -> tuple[int, int]:
    match = re.search(rb"\[" + name + rb" (\d+) (\d+)\]", lines[-1])
    assert match, lines[-1]
    return int(match[1]), int(match[2])


def _lemonade(server: Server, user: str, other: str, octets: int) -> list[Figure]:
    name = f"forward {octets // 1_000_000} MB"
    imap = Imap(server.host, server.imap_port)
    imap.login(user, PASSWORD)
    message = letters.with_attachment(octets)
    tag = imap.tag()
    imap.send(tag + b" APPEND INBOX {%d+}\r\n%s\r\n" % (len(message), message))
    validity, uid = _code(imap.until(tag), b"APPENDUID")
    smtp = Smtp(server.host, server.submission_port, user, PASSWORD)
    disk = server.disk()
    counted = (imap.sent, imap.received, imap.round_trips, smtp.sent, smtp.received)
    start = time.perf_counter()
    head = HEAD % (octets, user.encode(), other.encode())
    tag = imap.tag()
    source = b"/INBOX;UIDVALIDITY=%d/;UID=%d/;SECTION=2" % (validity, uid)
    imap.send(
        tag
        + b" APPEND Sent (\\Seen) CATENATE (TEXT {%d+}\r\n%s URL %s.MIME URL %s TEXT {13+}\r\n"
        % (len(head), head, source, source)
        + b"\r\n--=_fwd--\r\n)\r\n"
    )
    validity, uid = _code(imap.until(tag), b"APPENDUID")
    expiry = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    who = user.replace("@", "%40")
    place = f"imap://{who}@localhost/Sent;UIDVALIDITY={validity}/;UID={uid}"
    rump = f"{place};EXPIRE={expiry};URLAUTH=submit+{who}"
    lines = imap.command(f'GENURLAUTH "{rump}" INTERNAL'.encode())
    url = lines[0].split(b" ", 2)[2].strip(b'"')
    smtp.send(
        f"MAIL FROM:<{user}>\r\nRCPT TO:<{other}>\r\n".encode() + b"BURL " + url + b" LAST\r\n"
    )
    for _ in range(3):
        smtp.reply()
    spent = (time.perf_counter() - start) * 1000
    sent = imap.sent - counted[0] + smtp.sent - counted[3]
    received = imap.received - counted[1] + smtp.received - counted[4]
    figures = [
        Figure(name, "octets sent", sent, ""),
        Figure(name, "octets received", received, ""),
        Figure(name, "round trips", imap.round_trips - counted[2] + 1, ""),
        Figure(name, "time, delivered to the other's INBOX", spent, "ms"),
        Figure(name, "disk growth", max(0, server.disk() - disk), "octets"),
    ]
    imap.close()
    smtp.close()
    return figures


def run(server: Server) -> list[Figure]:
    user, other = server.add_account("forward"), server.add_account("receiver")
    # The first forward opens files and fills caches; it is not counted.
    _lemonade(server, user, other, 1_000_000)
    return [
        figure
        for octets in (10_000_000, 25_000_000)
        for figure in _lemonade(server, user, other, octets)
    ]
