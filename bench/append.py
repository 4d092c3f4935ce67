"""APPEND from one and from eight connections, every message on disk before its OK."""

from __future__ import annotations

import itertools
from functools import partial

from .figures import Figure
from .host import Host
from .imap import Imap
from .load import MESSAGES, hand_in

NAME = f"append, {MESSAGES:,} messages of 2 to 60 KB"
BATCH = 50
_numbers = itertools.count()


def _append(mailbox: bytes, imap: Imap, messages: list[bytes]) -> None:
    tag = imap.tag()
    literals = [b" {%d+}\r\n%s" % (len(message), message) for message in messages]
    imap.send(b"%s APPEND %s%s\r\n" % (tag, mailbox, b"".join(literals)))
    imap.until(tag)


def run(server: Host) -> list[Figure]:
    """Each way into an empty mailbox of its own."""
    figures: list[Figure] = []
    for batch, connections in ((1, 1), (1, 8), (BATCH, 1), (BATCH, 8)):
        mailbox = b"target%d" % next(_numbers)
        clients = [server.imap("append") for _ in range(connections)]
        clients[0].command(b"CREATE " + mailbox)
        label = f"{connections} connection{'s' * (connections > 1)}"
        label = label if batch == 1 else f"MULTIAPPEND x{batch}, {label}"
        figures += hand_in(server, NAME, label, clients, partial(_append, mailbox), batch)
    return figures
