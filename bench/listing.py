"""What a client asks for to show a list, and 1,000 bodies, in a mailbox of 20,000 messages."""

from __future__ import annotations

import random
import time
from functools import partial

from . import mailboxes
from .figures import Figure, median_ms, milliseconds, spread
from .host import Host
from .imap import Imap

SUMMARY = b"(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"
BODIES = 1000


def run(server: Host) -> list[Figure]:
    server.restart()
    imap = server.imap("reader")
    name = "list view, 20,000 messages"
    first = milliseconds(lambda: imap.command(b"SELECT big"))
    figures = [
        Figure(name, "first SELECT", first, "ms"),
        Figure(name, "SELECT", median_ms(lambda: imap.command(b"SELECT big")), "ms"),
    ]
    last = b"FETCH %d:%d %s" % (mailboxes.BIG - 49, mailboxes.BIG, SUMMARY)
    figures.append(
        Figure(name, "first last 50 summary", milliseconds(partial(imap.command, last)), "ms")
    )
    dice = random.Random(3)
    starts = [dice.randint(1, mailboxes.BIG - 49) for _ in range(200)]
    some = [b"FETCH %d:%d %s" % (start, start + 49, SUMMARY) for start in starts]
    for label, commands in (("last 50 summary", [last] * 200), ("random 50 summary", some)):
        figures += spread(name, label, [milliseconds(partial(imap.command, c)) for c in commands])
    for label, items in (
        ("all FLAGS", b"(FLAGS)"),
        ("all ENVELOPE", b"(ENVELOPE)"),
        ("all summary", SUMMARY),
    ):
        command = b"FETCH 1:* " + items
        figures.append(Figure(name, label, median_ms(partial(imap.stream, command)), "ms"))
    figures += _bodies(imap)
    imap.close()
    return figures


def _bodies(imap: Imap) -> list[Figure]:
    dice = random.Random(7)
    uids = [dice.randint(1, mailboxes.BIG) for _ in range(BODIES)]
    start = time.perf_counter()
    times = [milliseconds(partial(imap.command, b"UID FETCH %d BODY.PEEK[]" % uid)) for uid in uids]
    seconds = time.perf_counter() - start
    name = "bodies"
    return [
        Figure(name, "1,000 random BODY.PEEK[]", BODIES / seconds, "/s"),
        *spread(name, "BODY.PEEK[]", times),
    ]
