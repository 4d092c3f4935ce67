"""The data folder is nobody else's business: mail, keys, and who wrote to whom.

Processes make files that only their own user may read (the umask). What lies there from before is
tightened: the folder itself at once, all in it by the next start or command.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .environment import SettingError

UMASK = 0o077
OTHERS = 0o077
DONE = ".private"
"""A file that says that everything here has been looked at once: blobs are many."""


def own_folder(folder: Path) -> None:
    """Make the folder, or close it to others; also for what this process makes from now on.

    Raises SettingError when it can't be used, or is open to others and not ours to close.
    """
    os.umask(UMASK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _close(folder, os.stat(folder))
        usable = os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    except OSError as error:
        raise SettingError(
            f"LEMONADE_DATA: the folder {folder} can't be used: {error.strerror}"
        ) from None
    if not usable:
        raise SettingError(f"LEMONADE_DATA: this user may not write to the folder {folder}")
    large = folder / "blobs"
    if large.is_symlink() and large.is_dir():  # on another disk
        _close(large, os.stat(large))


def _close(folder: Path, found: os.stat_result) -> None:
    """Only its owner may look into a folder. Raises SettingError when that is somebody else."""
    if not found.st_mode & OTHERS:
        return
    try:
        os.chmod(folder, stat.S_IMODE(found.st_mode) & ~OTHERS)
    except OSError as error:
        raise SettingError(
            f"The folder {folder} is open to other users (mode {stat.S_IMODE(found.st_mode):o}) "
            f"and can't be closed: {error.strerror}. Its owner must: chmod -R go= {folder}"
        ) from None


def tighten(folder: Path, *elsewhere: Path) -> int:
    """Take the rights of others away from what is in the folder, and from files elsewhere (a
    database, with what SQLite keeps beside it). How many were changed.

    Neither links nor what another user owns is touched. Blobs and static files, which are many, are
    looked at once only.
    """
    owner = os.stat(folder).st_uid
    mark = folder / DONE
    spared = {"blobs", "static"} if mark.exists() else set()
    beside = [f"{path}{end}" for path in elsewhere for end in ("", "-wal", "-shm")]
    changed = 0
    for path in (*_within(folder, spared), *beside):
        try:
            found = os.lstat(path)
            if found.st_uid == owner and found.st_mode & OTHERS and not stat.S_ISLNK(found.st_mode):
                os.chmod(path, stat.S_IMODE(found.st_mode) & ~OTHERS)
                changed += 1
        except FileNotFoundError:
            continue  # taken by somebody meanwhile, as a message of the broker is
    with suppress(OSError):  # on a full disk: all is looked at again
        mark.touch()
    return changed


def _within(folder: Path, spared: set[str]) -> Iterator[str]:
    """Everything in the folder, a folder before what is in it, without following links."""
    with os.scandir(folder) as entries:
        for entry in entries:
            yield entry.path
            if entry.name not in spared and entry.is_dir(follow_symlinks=False):
                yield from _within(Path(entry.path), set())
