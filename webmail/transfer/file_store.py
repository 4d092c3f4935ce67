"""The files that people bring, until their mail was taken: pieces come in order and are synced."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Collection, Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

from webmail.mail import Refused

ROOM = 1_000_000_000  # octets of the disk that stay free
SUFFIX = ".import"


def folder() -> Path:
    """Where they lie."""
    return Path(settings.WEBMAIL_IMPORTS)


def path_of(pk: uuid.UUID) -> Path:
    """The file of a row."""
    return folder() / f"{pk}{SUFFIX}"


def check_room(size: int) -> None:
    """Raises Refused when the disk has no room for a file and for what is in it."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    require_room(folder(), 2 * size)


def require_room(place: Path, size: int) -> None:
    """Raises Refused when so much would leave too little of the disk for everything else."""
    if shutil.disk_usage(place).free < size + ROOM:
        raise Refused(gettext("The server has no room for this file. Bring it in smaller parts."))


def append(pk: uuid.UUID, offset: int, blocks: Iterable[bytes], most: int) -> int:
    """Write from an offset on, at most so many octets; how many the file has now, on the disk.

    Nothing is written where it has fewer than that: whoever sends them goes on from there. Raises
    Refused when the disk has no room by now.
    """
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    require_room(folder(), most)
    descriptor = os.open(path_of(pk), os.O_WRONLY | os.O_CREAT, 0o600)
    with open(descriptor, "wb") as file:
        if (size := os.fstat(descriptor).st_size) < offset:
            return size
        file.truncate(offset)
        file.seek(offset)
        left = most
        for block in blocks:
            file.write(block[:left])
            left -= min(len(block), left)
            if not left:
                break
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def delete(pk: uuid.UUID) -> None:
    """The file is needed no more."""
    path_of(pk).unlink(missing_ok=True)


def delete_unknown(known: Collection[uuid.UUID]) -> None:
    """Files of rows that are gone, as of an account that was deleted."""
    names = {f"{pk}{SUFFIX}" for pk in known}
    for path in folder().glob(f"*{SUFFIX}"):
        if path.name not in names:
            path.unlink(missing_ok=True)
