"""How many random histories each test replays: some, or LEMONADE_HISTORIES (``make histories``)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

ASKED = os.environ.get("LEMONADE_HISTORIES", "")


class Histories:
    """Those of one test, counted. When it fails, ``done`` is the seed of the history that did."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.done = 0
        self._started = time.monotonic()
        self._seconds = 0.0

    @staticmethod
    def wanted(usual: int) -> int:
        """How many there shall be."""
        return int(ASKED or usual)

    def seeds(self, usual: int) -> Iterator[int]:
        """One for each history."""
        for seed in range(self.wanted(usual)):
            yield seed
            self.done += 1

    def end(self) -> None:
        self._seconds = time.monotonic() - self._started

    def __str__(self) -> str:
        return f"{self.done:6} histories in {self._seconds:6.1f} s: {self.name}"
