"""What pages take on the wire, head and body, as a browser gets them: compressed."""

from __future__ import annotations

import gzip
import itertools
import random
import re
from typing import Any

import pytest

from .website import Site, letter

STATUS = len("HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 05:00:00 GMT\r\n\r\n")
PADDING = 100  # octets at most, at random, by which Django hides how well it compressed
PACKED = {"Accept-Encoding": "gzip, deflate, br"}
PEOPLE = ("Maria Oliveira", "Yusuf Demir", "Anna Lindqvist", "Paul Becker", "Chloé Martin")
WORDS = [
    "harbour",
    "budget",
    "meeting",
    "window",
    "river",
    "garden",
    "engine",
    "winter",
    "market",
    "travel",
    "signal",
]


def wire_size(answer: Any) -> int:
    """Octets of an answer, with the most that padding may add."""
    body = answer.content
    plain = gzip.decompress(body)
    least = len(body) - (body.index(b"\0", 10) + 1 - 10 if body[3] & 8 else 0)
    assert len(plain) > least
    return STATUS + len(answer.serialize_headers()) + least + PADDING


def fill(site: Site, count: int) -> None:
    """Read letters of a few people, each with words of its own, some of them answers."""
    dice = random.Random(7)
    for number in range(count):
        words = [dice.choice(WORDS) for _ in range(24)]
        message = letter(
            f"{number:03} {' '.join(words[:4])}",
            " ".join(words[4:]),
            sender=f"{dice.choice(PEOPLE)} <p{number % 5}@far.example>",
            message_id=f"<{number}@far.example>",
        )
        del message["Date"]
        message["Date"] = f"Tue, 24 Nov 2026 {number // 9:02}:{dice.randrange(60):02}:00 +0000"
        site.put(message, flags="(\\Seen)")


@pytest.mark.parametrize("conversations", [False, True])
def test_the_next_fifty_rows(site: Site, conversations: bool) -> None:
    site.set_conversations(on=conversations)
    fill(site, 110)
    where = "?from=51" if conversations else "?before=61"
    answer: Any = site.client.get(f"/mail/INBOX/{where}", headers={"X-Pane": "rows", **PACKED})
    assert wire_size(answer) <= 3_000, wire_size(answer)
    page = gzip.decompress(answer.content).decode()
    found = re.search(r'data-uids="([^"]*)" data-minutes="([^"]*)"', page)
    assert found is not None and page.count("<li") == 50
    uids = list(itertools.accumulate(int(each) for each in found[1].split()))
    minutes = list(itertools.accumulate(int(each) for each in found[2].split()))
    rows = answer.context["page"].rows
    assert uids == [row.uid for row in rows]
    assert minutes == [int(row.date.timestamp()) // 60 for row in rows]
