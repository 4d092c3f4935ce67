"""One message of 25 MB: in by APPEND, out whole and in pieces."""

from __future__ import annotations

import statistics

from . import sample_messages
from .figures import Figure, milliseconds
from .host import Host
from .imap import Imap

OCTETS = 25_000_000
PIECE = 1_048_576
RUNS = 3


def _append(imap: Imap, message: bytes) -> None:
    tag = imap.tag()
    imap.send(tag + b" APPEND large {%d+}\r\n%s\r\n" % (len(message), message))
    imap.until(tag)


def run(server: Host) -> list[Figure]:
    imap = server.imap("large")
    imap.command(b"CREATE large")
    sizes = [OCTETS + 78 * n for n in range(RUNS)]
    messages = [sample_messages.with_attachment(size) for size in sizes]
    took = {"APPEND": [milliseconds(lambda m=m: _append(imap, m)) for m in messages]}  # type: ignore[misc]
    imap.command(b"SELECT large")
    pieces = [b"UID FETCH 1 BODY.PEEK[]<%d.%d>" % (at, PIECE) for at in range(0, OCTETS, PIECE)]

    def in_pieces() -> None:
        for piece in pieces:
            imap.stream(piece)

    whole = b"UID FETCH 1 BODY.PEEK[]"
    took["BODY.PEEK[]"] = [milliseconds(lambda: imap.stream(whole)) for _ in range(RUNS)]
    took["in pieces of 1 MiB"] = [milliseconds(in_pieces) for _ in range(RUNS)]
    imap.close()
    size = len(messages[0]) / 1e6
    return [
        Figure("25 MB message", name, size / statistics.median(times) * 1000, "MB/s")
        for name, times in took.items()
    ]
