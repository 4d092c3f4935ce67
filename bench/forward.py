"""Forward a large attachment: CATENATE, GENURLAUTH and BURL against download and upload."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from . import sample_messages
from .figures import Figure
from .imap import Imap
from .server import Server
from .smtp import SmtpClient

RUNS = 5
HEAD = (
    b"Message-ID: <%d.%d@bench.example>\r\nDate: Tue, 03 Jan 2023 08:00:00 +0000\r\n"
    b"From: %s\r\nTo: %s\r\nSubject: Fwd: The big one\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="=_fwd"\r\n\r\n'
    b"--=_fwd\r\nContent-Type: text/plain\r\n\r\nPlease have a look at this.\r\n--=_fwd\r\n"
)
TAIL = b"\r\n--=_fwd--\r\n"


@dataclass(slots=True)
class ForwardSource:
    """The message that is forwarded, in the sender's INBOX."""

    octets: int
    validity: int
    uid: int


@dataclass(slots=True)
class Post:
    """Both connections of the sender, and whom he writes to."""

    imap: Imap
    smtp: SmtpClient
    sender: str
    receiver: str

    def moved(self) -> tuple[int, int, int]:
        """Octets sent, octets received and round trips so far."""
        return (
            self.imap.sent + self.smtp.sent,
            self.imap.received + self.smtp.received,
            self.imap.round_trips + self.smtp.round_trips,
        )

    def head(self, octets: int, number: int) -> bytes:
        return HEAD % (octets, number, self.sender.encode(), self.receiver.encode())


def _code(lines: list[bytes], name: bytes) -> tuple[int, int]:
    match = re.search(rb"\[" + name + rb" (\d+) (\d+)\]", lines[-1])
    assert match, lines[-1]
    return int(match[1]), int(match[2])


def put_source(post: Post, octets: int) -> ForwardSource:
    """Put a message with an attachment of so many octets into the sender's INBOX."""
    message = sample_messages.with_attachment(octets)
    tag = post.imap.tag()
    post.imap.send(tag + b" APPEND INBOX {%d+}\r\n%s\r\n" % (len(message), message))
    return ForwardSource(octets, *_code(post.imap.until(tag), b"APPENDUID"))


def without_download(post: Post, source: ForwardSource, number: int) -> None:
    """Three round trips: compose in Sent, sign, submit."""
    imap, smtp = post.imap, post.smtp
    head = post.head(source.octets, number)
    part = b"/INBOX;UIDVALIDITY=%d/;UID=%d/;SECTION=2" % (source.validity, source.uid)
    tag = imap.tag()
    imap.send(
        tag
        + b" APPEND Sent (\\Seen) CATENATE (TEXT {%d+}\r\n%s URL %s.MIME URL %s TEXT {%d+}\r\n"
        % (len(head), head, part, part, len(TAIL))
        + TAIL
        + b")\r\n"
    )
    validity, uid = _code(imap.until(tag), b"APPENDUID")
    expiry = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    who = post.sender.replace("@", "%40")
    place = f"imap://{who}@localhost/Sent;UIDVALIDITY={validity}/;UID={uid}"
    rump = f"{place};EXPIRE={expiry};URLAUTH=submit+{who}"
    lines = imap.command(f'GENURLAUTH "{rump}" INTERNAL'.encode())
    url = lines[0].split(b" ", 2)[2].strip(b'"')
    smtp.send(
        f"MAIL FROM:<{post.sender}>\r\nRCPT TO:<{post.receiver}>\r\n".encode()
        + b"BURL %b LAST\r\n" % url
    )
    for _ in range(3):
        smtp.reply()


def by_download(post: Post, source: ForwardSource, number: int) -> None:
    """What a client without Lemonade does: fetch it all, file the new message, and submit it."""
    imap = post.imap
    imap.command(b"SELECT INBOX")
    [line, *_] = imap.command(b"UID FETCH %d BODY.PEEK[2]" % source.uid)
    body = line[line.index(b"\r\n") + 2 : line.rindex(b")")]
    head = post.head(source.octets, number) + (
        b'Content-Type: application/octet-stream; name="big.bin"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n"
    )
    message = head + body + TAIL
    tag = imap.tag()
    imap.send(tag + b" APPEND Sent (\\Seen) {%d+}\r\n%s\r\n" % (len(message), message))
    imap.until(tag)
    post.smtp.submit(post.sender, [post.receiver], message)


Way = Callable[[Post, ForwardSource, int], None]
"""Forwards the message of a source; the number makes the new one's id."""


def _measure(
    server: Server,
    post: Post,
    source: ForwardSource,
    way: Way,
    label: str,
) -> list[Figure]:
    """Medians of the runs; stored octets are the mean of all."""
    name = f"forward {source.octets // 1_000_000} MB, {label}"
    stored = server.stored()
    rows = []
    for number in range(RUNS):
        before = post.moved()
        start = time.perf_counter()
        way(post, source, number)
        spent = (time.perf_counter() - start) * 1000
        moved = [new - old for new, old in zip(post.moved(), before, strict=True)]
        rows.append((*moved, spent))
    growth = (server.stored() - stored) / RUNS
    sent, received, trips, spent = (statistics.median(column) for column in zip(*rows, strict=True))
    return [
        Figure(name, "octets sent", sent, "octets"),
        Figure(name, "octets received", received, "octets"),
        Figure(name, "round trips", trips, ""),
        Figure(name, "until it is in the other's INBOX", spent, "ms"),
        Figure(name, "growth of the store, both copies", growth, "octets"),
    ]


def run(server: Server) -> list[Figure]:
    post = Post(
        server.imap("forward"),
        server.smtp("forward"),
        server.address("forward"),
        server.address("receiver"),
    )
    # The first forward opens files and fills caches; it is not counted.
    without_download(post, put_source(post, 1_000_000), 0)
    figures: list[Figure] = []
    for octets in (10_000_000, 25_000_000):
        source = put_source(post, octets)
        figures += _measure(server, post, source, without_download, "CATENATE and BURL")
        figures += _measure(server, post, source, by_download, "download and upload")
    post.imap.close()
    post.smtp.close()
    return figures
