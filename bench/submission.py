"""Submissions that are in a local INBOX with their reply: by DATA, by BDAT and by BURL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from .figures import Figure
from .load import SECONDS, for_a_while, supply
from .server import Server
from .smtp import SmtpClient

NAME = f"submission and delivery, {SECONDS:.0f} s of messages of 2 to 60 KB"
BATCH = 100
_APPENDED = re.compile(rb"\[APPENDUID (\d+) (\d+):(\d+)\]")


def run(server: Server) -> list[Figure]:
    sender, takers = server.address("sender"), [server.address("taker")]

    def made() -> Sequence[bytes]:
        return supply(sender)

    ways: tuple[
        tuple[str, Callable[[SmtpClient, bytes], None], Callable[[], Sequence[bytes]]], ...
    ] = (
        ("DATA", lambda smtp, it: smtp.submit_by_data(sender, takers, it), made),
        ("BDAT", lambda smtp, it: smtp.submit(sender, takers, it), made),
        (
            "BURL",
            lambda smtp, url: smtp.burst(sender, takers, b"BURL %b LAST\r\n" % url),
            lambda: _tickets(server),
        ),
    )
    figures: list[Figure] = []
    for name, send, supplied in ways:
        for connections in (1, 8):
            label = f"{name}, {connections} connection{'s' * (connections > 1)}"
            things = supplied()
            clients = [server.smtp("sender") for _ in range(connections)]
            figures += for_a_while(NAME, label, clients, send, things)
    return figures


def _tickets(server: Server) -> list[bytes]:
    """Messages in the sender's mailbox, each with a URL that lets the submission server read it."""
    imap = server.imap("sender")
    who = server.address("sender").replace("@", "%40")
    expiry = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    messages = supply(server.address("sender"))
    urls: list[bytes] = []
    for at in range(0, len(messages), BATCH):
        tag = imap.tag()
        literals = (b" {%d+}\r\n%s" % (len(one), one) for one in messages[at : at + BATCH])
        imap.send(b"%s APPEND Sent%s\r\n" % (tag, b"".join(literals)))
        found = _APPENDED.search(imap.until(tag)[-1])
        assert found, "no APPENDUID"
        validity, first, last = map(int, found.groups())
        rumps = (
            f' "imap://{who}@localhost/Sent;UIDVALIDITY={validity}/;UID={uid};EXPIRE={expiry}'
            f';URLAUTH=submit+{who}" INTERNAL'
            for uid in range(first, last + 1)
        )
        lines = imap.command(f"GENURLAUTH{''.join(rumps)}".encode())
        urls += re.findall(rb'imap://[^"\s]+', lines[0])
    imap.close()
    assert len(urls) == len(messages), "a URL for each"
    return urls
