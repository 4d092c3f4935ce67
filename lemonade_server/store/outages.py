"""Stores that are away: said once when it begins, and once when it is over.

Whoever meets an outage tells of it here instead of logging it: there may be thousands in a minute.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

log = logging.getLogger(__name__)

QUIET = 60.0
"""Seconds without a word after which the next one is of another outage."""


@dataclass(slots=True)
class _Outage:
    began: float
    last: float
    count: int = 1


class Outages:
    """Those of this process, by the name of the store. Any thread may call."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._all: dict[str, _Outage] = {}
        self.any = False

    def begin(self, store: str, reason: object) -> None:
        """The store did not do what it was asked for."""
        now = time.monotonic()
        with self._guard:
            found = self._all.get(store)
            if found is not None and now - found.last < QUIET:
                found.last = now
                found.count += 1
                return
            self._all[store] = _Outage(now, now)
            self.any = True
        log.error("%s unavailable: %s", store, " ".join(str(reason).split())[:300])

    def end(self, store: str) -> None:
        """The store has done what it was asked for. Cheap where nothing was wrong."""
        if not self.any:
            return
        now = time.monotonic()
        with self._guard:
            found = self._all.get(store)
            # What can be read and not be written, say, would begin and end all the time.
            if found is None or now - found.last < 1.0:
                return
            del self._all[store]
            self.any = bool(self._all)
        log.warning(
            "%s available again after %.0f s, asked in vain %d times",
            store, now - found.began, found.count,
        )  # fmt: skip

    def forget(self) -> None:
        """As if no store had ever failed, and no word of it."""
        with self._guard:
            self._all.clear()
            self.any = False

    def is_known(self, store: str) -> bool:
        """Whether the store has failed and has not been heard of since."""
        return self.any and store in self._all

    def is_fresh(self, store: str, seconds: float) -> bool:
        """Whether the store has failed within so many seconds: another try would only wait."""
        if not self.any:
            return False
        found = self._all.get(store)
        return found is not None and time.monotonic() - found.last < seconds


outages = Outages()
