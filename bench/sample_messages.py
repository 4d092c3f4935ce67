"""Made-up messages: the same on every run, each one different."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

WORDS = [
    *("lemon", "mail", "server", "folder", "thread", "meeting", "budget", "harbour", "window"),
    *("paper", "garden", "station", "river", "engine", "letter", "winter", "answer", "picture"),
    *("morning", "question", "market", "bridge", "signal", "travel"),
]
NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn")
ORIGINALS = 100  # of which variants are made
THREAD = 5  # messages that answer each other
PEOPLE = [f"{name} <{name.lower()}@example.org>" for name in NAMES]


def sample_message(number: int, size: int) -> bytes:
    """A message of about ``size`` octets: text with an HTML alternative."""
    dice = random.Random(number)
    sent = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    subject = " ".join(dice.choices(WORDS, k=5))
    thread = range(number - number % THREAD, number)
    references = "".join(f" <{earlier}@bench.example.org>\r\n" for earlier in thread)
    header = (
        f"From: {dice.choice(PEOPLE)}\r\nTo: bench@lemonade.test\r\n"
        f"Date: {format_datetime(sent)}\r\nSubject: {subject}\r\n"
        f"Message-ID: <{number}@bench.example.org>\r\n"
        f"{references and 'References:' + references}"
        f"MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/alternative; boundary="=_{number}"\r\n\r\n'
    )
    lines = []
    length = 0
    while length < size // 2:
        line = " ".join(dice.choices(WORDS, k=10))
        lines.append(line)
        length += len(line) + 2
    text = "\r\n".join(lines)
    body = (
        f"--=_{number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        f"--=_{number}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{text}</p>\r\n"
        f"--=_{number}--\r\n"
    )
    return (header + body).encode()


def variants(count: int, first: int, author: str) -> list[bytes]:
    """Messages that no part is shared of, made quickly from a few: same sizes as ``size_of``."""
    made = (sample_message(first + n, size_of(n)) for n in range(min(count, ORIGINALS)))
    originals = [b"From: <%b>%b" % (author.encode(), one[one.index(b"\r\n") :]) for one in made]
    return [
        originals[n % ORIGINALS]
        .replace(b"@bench.example.org>\r\nMIME", b".%d@bench.example.org>\r\nMIME" % n)
        .replace(b"utf-8\r\n\r\n", b"utf-8\r\n\r\n%d " % (first + n))
        for n in range(count)
    ]


def size_of(number: int) -> int:
    """2 to 60 KB, small ones more often."""
    return int(2048 * 30 ** (random.Random(number).random() ** 2))


def with_attachment(octets: int) -> bytes:
    """A message whose attachment has ``octets`` octets as base64 lines."""
    dice = random.Random(octets)
    line_count = octets // 78
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    lines = [bytes(dice.choices(alphabet, k=76)) for _ in range(997)]
    body = b"\r\n".join(lines[n % 997] for n in range(line_count))
    return (
        b"From: Ada <ada@example.org>\r\nTo: bench@lemonade.test\r\nSubject: The big one\r\n"
        b"Date: Tue, 03 Jan 2023 08:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="=_big"\r\n\r\n'
        b"--=_big\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
        b'--=_big\r\nContent-Type: application/octet-stream; name="big.bin"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="big.bin"\r\n\r\n' + body + b"\r\n--=_big--\r\n"
    )
