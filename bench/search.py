"""SEARCH, SORT and THREAD in 20,000 messages."""

from __future__ import annotations

from .figures import Figure, median_ms
from .host import Host

QUERIES = (
    ("SEARCH SUBJECT, a word", b'SEARCH SUBJECT "harbour window"'),
    ("SEARCH FROM", b'SEARCH FROM "cleo"'),
    ("SEARCH SINCE", b"SEARCH SINCE 10-Jan-2025"),
    ("SEARCH SENTSINCE", b"SEARCH SENTSINCE 10-Jan-2025"),
    ("SEARCH UNSEEN", b"SEARCH UNSEEN"),
    ("SEARCH RETURN (COUNT) UNSEEN", b"SEARCH RETURN (COUNT) UNSEEN"),
    ("SEARCH TEXT, a rare word", b'SEARCH TEXT "lemon lemon lemon"'),
    ("SEARCH TEXT, a common word", b'SEARCH TEXT "lemon"'),
    ("SORT (REVERSE DATE)", b"UID SORT (REVERSE DATE) UTF-8 ALL"),
    ("SORT (SUBJECT)", b"UID SORT (SUBJECT) UTF-8 ALL"),
    ("SORT (DISPLAYFROM)", b"UID SORT (DISPLAYFROM) UTF-8 ALL"),
    ("THREAD REFERENCES", b"UID THREAD REFERENCES UTF-8 ALL"),
    ("THREAD ORDEREDSUBJECT", b"UID THREAD ORDEREDSUBJECT UTF-8 ALL"),
)


def run(server: Host) -> list[Figure]:
    imap = server.imap("reader")
    imap.command(b"SELECT big")
    figures = [
        Figure(
            "search, 20,000 messages",
            name,
            median_ms(lambda k=keys: imap.command(k), 3),  # type: ignore[misc]
            "ms",
        )
        for name, keys in QUERIES
    ]
    imap.close()
    return figures
