"""What a connection asks of a framer, and what stands in for one until the session gives it."""

from __future__ import annotations

from typing import Protocol


class Framer(Protocol):
    """Splits a stream of octets into events (see ``wire/imap_framer.py``)."""

    def feed(self, data: bytes, /) -> None: ...

    def next(self) -> object | None: ...


class Early:
    """The framer of a connection whose session has not given one yet: it keeps what comes."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def feed(self, data: bytes, /) -> None:
        """Keep the octets of a client that does not wait for the greeting."""
        self.kept.append(data)

    def next(self) -> object | None:
        return None
