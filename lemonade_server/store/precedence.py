"""Writing jobs go before what the event loop reads.

Both want the interpreter, of which a thread lets go with each statement. A writer would wait for
it each time until the loop has come to a statement of its own, and while it waits nobody else can
write, in no process. So the loop waits for the writer instead, for a moment, once a group.
"""

from __future__ import annotations

from threading import Lock

COURTESY = 0.003
"""Seconds that the loop waits for a group at most: some groups take long."""


class Precedence:
    """Held by the thread that writes while it runs jobs, not while the disk syncs."""

    __slots__ = ("_group", "_lock", "_waited_for")

    def __init__(self) -> None:
        self._lock = Lock()
        self._group = 0
        self._waited_for = 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self._group += 1

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def let_pass(self) -> None:
        """Wait for the group at work, `COURTESY` at most; not again for the same one."""
        if not self._lock.locked() or self._waited_for == self._group:
            return
        self._waited_for = self._group
        if self._lock.acquire(timeout=COURTESY):
            self._lock.release()
