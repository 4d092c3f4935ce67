"""A counted server, and what a job costs it."""

from __future__ import annotations

from collections.abc import Callable

from bench.imap import Imap
from tests.mailserver import PASSWORD, MailServer

from .counted_server import Counts

TIMES = 20
"""How often each is done: what the server does now and then beside it is lost in the rounding."""

MESSAGE = b"From: ann@client.example\r\nSubject: tea %d\r\nMessage-ID: <%d@x>\r\n\r\nAt five?\r\n"
SUMMARY = b"(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)"


class CountedServer(MailServer):
    command = ("-m", "tests.cost.counted_server")


def login(server: CountedServer, email: str) -> Imap:
    client = Imap("127.0.0.1", server.ports["imap"])
    client.login(email, PASSWORD)
    return client


def append(client: Imap, number: int, mailbox: bytes = b"INBOX") -> None:
    message = MESSAGE % (number, number)
    client.command(b"APPEND %s {%d+}\r\n%s" % (mailbox, len(message), message))


def cost(server: CountedServer, job: Callable[[int], object]) -> Counts:
    """Of one time, once all that the first time makes is made."""
    job(0)
    before = Counts.read(server.data)
    for number in range(1, TIMES + 1):
        job(number)
    after = Counts.read(server.data)
    return Counts(*(round((now - then) / TIMES) for then, now in zip(before, after, strict=True)))
