"""The threads of one process that wait for the turn to write, first come first served.

Only the first of them asks the other processes. That asking is a look again and again, and many
threads that look take the interpreter from the one that writes.
"""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from threading import Lock, RLock


class TurnQueue:
    """Handed from thread to thread: who has left can't come again before those who wait."""

    __slots__ = ("_lock", "_taken", "_waiting")

    def __init__(self) -> None:
        self._lock = RLock()  # a turn that is collected in here is given back, too
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def enter(self, seconds: float) -> bool:
        """Whether this thread's time came, waited for so long at most."""
        mine = Lock()  # before the look: when one is made a turn may be collected, and leave
        mine.acquire()
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it came in the last moment

    def leave(self) -> None:
        """The next one's time has come."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_queues: dict[Path, TurnQueue] = {}
os.register_at_fork(after_in_child=_queues.clear)  # who waits or writes there is in the parent


def queue_of(database: Path) -> TurnQueue:
    """That of all threads of this process that write to a database."""
    return _queues.setdefault(database, TurnQueue())
