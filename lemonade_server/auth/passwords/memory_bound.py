"""A bound on work that needs much memory, for all processes of a machine together.

Each place is a file in the data folder; a lock on it is a hold. The system lets go of the locks of
a process that dies.
"""

from __future__ import annotations

import fcntl
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore


class MemoryBound:
    """``count`` places. Threads of this process wait in line, and then for other processes."""

    def __init__(self, folder: Path, count: int) -> None:
        self._paths = [folder / str(number) for number in range(count)]
        self._here = BoundedSemaphore(count)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold a place, waiting for one.

        Where the files can't be made, as on a full disk, the bound is that of this process.
        """
        with self._here:
            try:
                file = self._lock_any()
            except OSError:
                yield
                return
            try:
                yield
            finally:
                os.close(file)

    def _lock_any(self) -> int:
        """A locked file. Raises OSError."""
        for path in self._paths:
            file = _open(path)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
            except OSError:
                os.close(file)
                raise
            else:
                return file
        file = _open(random.choice(self._paths))
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            os.close(file)
            raise
        return file


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, flags, 0o600)
