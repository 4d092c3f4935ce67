"""Room that is kept for deleting: on a full disk even that needs some.

A file beside the embedded database, given up when a deletion finds no room. Until there is room to
make it anew nothing else may be written, or what was given up would be filled with new mail. Of
PostgreSQL's disk nothing can be kept from here.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections

from . import vendor

SIZE = 4 * 1_048_576
"""Octets: what some thousand deleted messages write at a time."""

LEAST = 1_048_576
"""Octets that must be free when a process starts: SQLite alone makes two files, and fails else."""

LOOK = 0.1
"""Seconds between two tries to make it."""


class Reserve:
    """One file. Any thread and any process may call; none where there is no path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._tried_at = float("-inf")

    def is_there(self) -> bool:
        """Whether all may be written. Makes the file when there is room for it."""
        if self._path is None or self._path.exists():
            return True
        with self._guard:
            if time.monotonic() - self._tried_at < LOOK:
                return False
            self._tried_at = time.monotonic()
            return self._make(self._path)

    def _make(self, path: Path) -> bool:
        draft = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, SIZE)
            finally:
                os.close(descriptor)
            draft.rename(path)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            return False
        return True

    def make_room(self) -> None:
        """Give it up where a start would find no room: what is on a full disk can be read."""
        if self._path is None:
            return
        with suppress(OSError):
            found = os.statvfs(self._path.parent)
            if found.f_bavail * found.f_frsize < LEAST:
                self.give_up()

    def give_up(self) -> None:
        """Let a deletion, or a start, have the room."""
        if self._path is not None:
            with self._guard, suppress(OSError):
                self._path.unlink(missing_ok=True)
                self._tried_at = time.monotonic()


@lru_cache(maxsize=4)
def _of(name: str) -> Reserve:
    path = Path(name)
    return Reserve(path.with_name(f"{path.name}-reserve") if path.is_absolute() else None)


def reserve() -> Reserve:
    """That of the database in use."""
    connection = connections[DEFAULT_DB_ALIAS]
    if not vendor.is_sqlite(connection):
        return Reserve(None)
    return _of(str(connection.settings_dict["NAME"]))
