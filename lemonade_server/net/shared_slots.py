"""Counts that hold over all processes of this machine, and outlive none of them.

A slot is an octet of a file, and who has it holds a lock on it (``F_OFD_SETLK``): the kernel gives
back what a process had that died. One system call takes a slot and one gives it back.
"""

from __future__ import annotations

import fcntl
import os
import struct
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

FILES = 16
"""The kernel looks through the locks of a file one by one."""

ROOM = 256
"""Octets of a name: slots that it can have at most."""

_FLOCK = "@hhqqi4x"  # struct flock: type, whence, start, length, process


class SharedSlots:
    """Slots of names, such as the connections of an address. Used by one process, in one thread.

    Opened when the first one is taken: it must be after the last fork.
    """

    __slots__ = ("_files", "_folder")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, int] = {}

    def take(self, name: str, most: int, own: int) -> int | None:
        """A slot of ``most`` that nobody has; None without one. ``own`` has the bits of those that
        this process has.

        Raises OSError when it can't be known: no such folder, no room.
        """
        most = min(most, ROOM)
        first = own.bit_count()  # where it would be if other processes had none
        for number in range(first, first + most):
            slot = number % most
            if not own >> slot & 1 and self._lock(name, slot, fcntl.F_WRLCK):
                return slot
        return None

    def give_back(self, name: str, slot: int) -> None:
        """It is free again."""
        with suppress(OSError):
            self._lock(name, slot, fcntl.F_UNLCK)

    def close(self) -> None:
        """Give back all."""
        files, self._files = self._files, {}
        for each in files.values():
            os.close(each)

    def _lock(self, name: str, slot: int, kind: int) -> bool:
        digest = int.from_bytes(blake2b(name.encode(), digest_size=6).digest())
        file = self._open(digest % FILES)
        wanted = struct.pack(_FLOCK, kind, os.SEEK_SET, digest * ROOM + slot, 1, 0)
        try:
            fcntl.fcntl(file, fcntl.F_OFD_SETLK, wanted)
        except (BlockingIOError, PermissionError):  # EAGAIN or EACCES: somebody has it
            return False
        return True

    def _open(self, number: int) -> int:
        found = self._files.get(number)
        if found is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / str(number)
            found = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._files[number] = found
        return found
