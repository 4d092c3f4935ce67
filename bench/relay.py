"""Relay: what waits in the queue is passed on to another host by a worker."""

from __future__ import annotations

import time

from . import sample_messages
from .figures import Figure
from .server import Server
from .sink import MailSink

MESSAGES = 1000
PATIENCE = 60.0
NAME = f"relay to another host, {MESSAGES:,} messages of 2 to 60 KB"


def run(server: Server) -> list[Figure]:
    """The queue is filled first. The clock runs from the first message there to the last."""
    smtp, sender = server.smtp("sender"), server.address("sender")
    for message in sample_messages.variants(MESSAGES, 800_000_000, sender):
        smtp.submit(sender, ["far@example.org"], message)
    smtp.close()
    sink = MailSink()
    with sink.running(server.host, server.next_host_port), server.worker():
        deadline = time.monotonic() + PATIENCE
        while len(sink.taken) < MESSAGES:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{len(sink.taken)} of {MESSAGES} messages were relayed")
            time.sleep(0.05)
    seconds = sink.taken[-1] - sink.taken[0]
    return [Figure(NAME, "messages", (MESSAGES - 1) / seconds, "/s")]
