"""What was tried, what the server took responsibility for, and what came back."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

TOKEN = re.compile(rb"^Subject: .*?(tok-\w+-[0-9a-f]{16})", re.MULTILINE)


@dataclass
class Ledger:
    """Tokens by kind of work. A token stands in the subject of one message.

    ``places`` are where its message must be in the end, ``aside`` one where its writer keeps it.
    """

    tried: set[str] = field(default_factory=set)
    promised: set[str] = field(default_factory=set)
    places: dict[str, frozenset[str]] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, kind: str, places: Iterable[str] = (), aside: str = "") -> str:
        """A new token; from now on its message may turn up."""
        token = f"tok-{kind}-{random.randbytes(8).hex()}"
        with self.lock:
            self.tried.add(token)
            self.places[token] = frozenset(places)
            self.aside[token] = aside
        return token

    def promise(self, token: str) -> None:
        """The server has said OK or 250: from now on its message must turn up."""
        with self.lock:
            self.promised.add(token)

    def of(self, *kinds: str) -> tuple[set[str], set[str]]:
        """Tried and promised tokens of some kinds."""
        starts = tuple(f"tok-{kind}-" for kind in kinds)
        return (
            {token for token in self.tried if token.startswith(starts)},
            {token for token in self.promised if token.startswith(starts)},
        )


def message(token: str, sender: str, size: int) -> bytes:
    """A message that begins with its token and ends with it, too."""
    line = b"the quick brown fox jumps over the lazy dog, again and again\r\n"
    head = (
        f"From: <{sender}>\r\nTo: <someone@example.net>\r\nSubject: {token}\r\n"
        f"Message-ID: <{token}@example.net>\r\nDate: Tue, 24 Nov 2026 06:00:00 +0000\r\n\r\n"
    ).encode()
    return head + line * (size // len(line)) + token.encode() + b"\r\n"


def tokens(messages: list[bytes]) -> Counter[str]:
    """How often each token is the subject of a message."""
    found: Counter[str] = Counter()
    for octets in messages:
        match = TOKEN.search(octets)
        if match is not None:
            found[match[1].decode()] += 1
    return found
