"""A file of the data folder that is made once, whoever comes first: a key, a certificate."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from .durable import write_file


def find_or_make(
    path: Path, make: Callable[[], bytes], is_sound: Callable[[bytes], bool] = bool
) -> Path:
    """The path, with what ``make`` gives in it unless something sound is there already.

    What is broken, as a power cut leaves it, is made anew. Processes that race agree on one, and
    nobody sees half of it. Only its owner may read it.
    """
    if _is_complete(path, is_sound):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not _is_complete(path, is_sound):
            write_file(path, make())
    finally:
        os.close(folder)
    return path


def _is_complete(path: Path, is_sound: Callable[[bytes], bool]) -> bool:
    try:
        return is_sound(path.read_bytes())
    except FileNotFoundError:
        return False
