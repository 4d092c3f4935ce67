"""Whether the wall clock has run evenly of late.

Rows hold times of the wall clock, which somebody may set: an hour, a day, both ways. What was just
written then looks old, or lies ahead. Nothing may be thrown or taken away for its age alone while
that may be so; what must happen every so often is timed by the monotonic clock.
"""

from __future__ import annotations

import math
import threading
import time

LEAST = 20.0
"""Seconds that the wall clock must run ahead or behind between two looks to have been set."""


class Clock:
    """Notices steps of the wall clock; any thread may ask. The first look is made at once."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._offset = time.time() - time.monotonic()
        self._stepped_at = -math.inf
        self._steps = 0

    def steps(self) -> int:
        """How many steps were noticed so far."""
        with self._guard:
            self._look()
            return self._steps

    def since_step(self) -> float:
        """Seconds since the last step was noticed; infinite when there was none."""
        with self._guard:
            return self._look() - self._stepped_at

    def _look(self) -> float:
        now = time.monotonic()
        offset = time.time() - now
        if abs(offset - self._offset) >= LEAST:
            self._stepped_at = now
            self._steps += 1
        self._offset = offset
        return now


clock = Clock()
"""That of this process."""
