"""What a client asks for to show a list, and 1,000 bodies, in a mailbox of 20,000 messages."""

from __future__ import annotations

import random
import time

from . import mailboxes
from .figures import Figure, median_ms, milliseconds, spread
from .imap import Imap
from .server import PASSWORD, Server

SUMMARY = b"(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
BODIES = 1000


def run(server: Server, user: str) -> list[Figure]:
    imap = Imap(server.host, server.imap_port)
    imap.login(user, PASSWORD)
    name = "list view, 20,000 messages"
    first = milliseconds(lambda: imap.command(b"SELECT big"))
    figures = [
        Figure(name, "first SELECT", first, "ms"),
        Figure(name, "SELECT", median_ms(lambda: imap.command(b"SELECT big")), "ms"),
    ]
    last = b"FETCH %d:%d %s" % (mailboxes.BIG - 49, mailboxes.BIG, SUMMARY)
    times = [milliseconds(lambda: imap.command(last)) for _ in range(100)]
    figures += spread(name, "last 50 summary", times)
    for label, items in (
        ("all FLAGS", b"(FLAGS)"),
        ("all ENVELOPE", b"(ENVELOPE)"),
        ("all summary", SUMMARY),
    ):
        command = b"FETCH 1:* " + items
        figures.append(Figure(name, label, median_ms(lambda c=command: imap.stream(c)), "ms"))
    figures += _bodies(imap)
    imap.close()
    return figures


def _bodies(imap: Imap) -> list[Figure]:
    dice = random.Random(7)
    uids = [dice.randint(1, mailboxes.BIG) for _ in range(BODIES)]
    start = time.perf_counter()
    times = [
        milliseconds(lambda u=uid: imap.command(b"UID FETCH %d BODY.PEEK[]" % u)) for uid in uids
    ]
    seconds = time.perf_counter() - start
    name = "bodies"
    return [
        Figure(name, "1,000 random BODY.PEEK[]", BODIES / seconds, "/s"),
        *spread(name, "BODY.PEEK[]", times),
    ]
