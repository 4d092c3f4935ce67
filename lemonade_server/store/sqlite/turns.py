"""Writers of several processes take turns.

SQLite lets in one writer at a time. Who finds it busy sleeps for longer and longer between two
looks, so under load one process writes again and again while another one sleeps. Here who waits
comes next, before the one that has just written.

A turn is a courtesy. What protects the data is SQLite's own lock: whoever gets no turn, because
somebody hangs or there is no room for the files, goes on without.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from .turn_queue import queue_of

PATIENCE = 1.0
"""Seconds that a turn is waited for. The kernel frees that of a process that has died at once; a
longer transaction is waited for in SQLite."""

RETREAT = 5.0
"""Seconds for which who has waited in vain does not wait again: it takes a turn that is free, and
leaves the rest to SQLite."""

PAUSE = 0.0005
"""Seconds between two looks. The same for all: who has waited for long must not look more rarely
than who has just come."""


class WritingTurn:
    """What one connection holds while it writes. Used by one thread at a time.

    Two files are locked with ``flock``: one by who writes, one by who is next. Who has written
    can't have the second one while somebody waits, and so not the first one again. The threads
    of one process stand in a queue before that, and only the first of them asks.
    """

    __slots__ = ("_database", "_files", "_held", "_owner", "_paths", "_waits_again")

    def __init__(self, database: Path) -> None:
        self._paths = (
            database.with_name(f"{database.name}-writer"),
            database.with_name(f"{database.name}-next"),
        )
        self._files: tuple[int, ...] = ()
        self._owner = 0
        self._held = False
        self._database = database
        self._waits_again = float("-inf")

    @property
    def is_held(self) -> bool:
        """Whether this one has it."""
        return self._held

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, *_: object) -> None:
        self.give_back()

    def take(self) -> None:
        """Wait for it, `PATIENCE` at most, and not at all soon after that was in vain.

        Nothing happens where it is held already.
        """
        if self._held and self._owner == os.getpid():
            return
        now = time.monotonic()
        end = now + PATIENCE if now >= self._waits_again else now
        self._held = False
        queue = queue_of(self._database)
        if queue.enter(end - now):
            try:
                self._take_from_others(end)
            finally:
                if not self._held:
                    queue.leave()
        if not self._held and end > now:
            self._waits_again = time.monotonic() + RETREAT

    def _take_from_others(self, end: float) -> None:
        """The same among processes, by the first of the threads of this one."""
        try:
            self._open()
            writer, following = self._files
            if _lock(following, end):
                try:
                    self._held = _lock(writer, end)
                finally:
                    fcntl.flock(following, fcntl.LOCK_UN)
        except OSError:  # no room, no such folder: SQLite says what is wrong
            self.close()

    def give_back(self) -> None:
        """Let the next one write. Nothing happens where it is not held, or is a parent's."""
        if not self._held:
            return
        self._held = False
        if self._owner != os.getpid():
            return
        try:
            fcntl.flock(self._files[0], fcntl.LOCK_UN)
        except OSError:
            self.close()
        finally:
            queue_of(self._database).leave()

    def close(self) -> None:
        """Give it back and close the files."""
        if self._held and self._owner == os.getpid():
            # to close them is not enough where a child has them, too
            with suppress(OSError):
                fcntl.flock(self._files[0], fcntl.LOCK_UN)
            queue_of(self._database).leave()
        self._held = False
        files, self._files = self._files, ()
        for descriptor in files:
            with suppress(OSError):
                os.close(descriptor)

    def __del__(self) -> None:
        self.close()

    def _open(self) -> None:
        if self._files and self._owner == os.getpid():
            return
        self.close()  # a fork shares what its parent has locked
        for path in self._paths:
            opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._files = (*self._files, opened)
        self._owner = os.getpid()


def _lock(descriptor: int, end: float) -> bool:
    """Whether it could be locked before ``end``. ``flock`` itself would wait without end."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(PAUSE)
        else:
            return True
