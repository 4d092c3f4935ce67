"""A mailbox of 20,000 and one of 100,000 messages, shared by the reading workloads."""

from __future__ import annotations

from . import sample_messages
from .host import Host

BIG = 20_000
HUGE = 100_000
BATCH = 200


def fill(server: Host) -> None:
    """``big`` by MULTIAPPEND of different messages, ``huge`` by copying it five times."""
    imap = server.imap("reader")
    imap.command(b"CREATE big")
    imap.command(b"CREATE huge")
    for start in range(0, BIG, BATCH):
        tag = imap.tag()
        parts = [tag, b" APPEND big"]
        for number in range(start, start + BATCH):
            message = sample_messages.sample_message(number, 1500)
            flags = b" (\\Seen)" if number % 3 else b""
            parts.append(b"%s {%d+}\r\n%s" % (flags, len(message), message))
        imap.send(b"".join(parts) + b"\r\n")
        imap.until(tag)
    imap.command(b"SELECT big")
    for _ in range(HUGE // BIG):
        imap.command(b"COPY 1:* huge")
    imap.close()
