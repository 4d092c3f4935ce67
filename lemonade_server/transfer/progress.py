"""A line that shows how far a long command is."""

from __future__ import annotations

from typing import TextIO

WIDTH = 30


class ProgressLine:
    """Draws ``[#####-----] 1,234 of 3,283`` on a terminal; on anything else stays silent."""

    def __init__(self, stream: TextIO, total: int) -> None:
        self._stream = stream
        self._total = max(total, 1)
        self._shown = stream.isatty()

    def show(self, done: int) -> None:
        if not self._shown:
            return
        filled = min(WIDTH, WIDTH * done // self._total)
        bar = "#" * filled + "-" * (WIDTH - filled)
        self._stream.write(f"\r[{bar}] {done:,} of {self._total:,}")
        self._stream.flush()

    def end(self) -> None:
        if self._shown:
            self._stream.write("\n")
