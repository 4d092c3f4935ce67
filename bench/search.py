"""SEARCH in 20,000 messages."""

from __future__ import annotations

from .figures import Figure, median_ms
from .server import Server

QUERIES = (
    ("SUBJECT, a word", b'SUBJECT "harbour window"'),
    ("FROM", b'FROM "cleo"'),
    ("SINCE", b"SENTSINCE 10-Jan-2025"),
    ("UNSEEN", b"UNSEEN"),
    ("RETURN (COUNT) UNSEEN", b"RETURN (COUNT) UNSEEN"),
    ("BODY, a rare word", b'BODY "lemon lemon lemon"'),
    ("TEXT, a common word", b'TEXT "lemon"'),
)


def run(server: Server) -> list[Figure]:
    imap = server.imap("reader")
    imap.command(b"SELECT big")
    figures = [
        Figure(
            "search, 20,000 messages",
            name,
            median_ms(lambda k=keys: imap.command(b"SEARCH " + k), 3),  # type: ignore[misc]
            "ms",
        )
        for name, keys in QUERIES
    ]
    imap.close()
    return figures
