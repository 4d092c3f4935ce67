"""Where large blobs are: local files, or an object store (S3 and the like).

A place names one write and is never used again, so erasing an old blob can't hit a new one with
the same octets.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings

from lemonade_server.files.durable import sync_folder

from .errors import BLOBS, BlobMissing, StoreFull, Unavailable, is_full
from .ids import new_place
from .object_blobs import object_blobs
from .outages import outages
from .reserve import reserve

__all__ = ["INLINE", "BlobMissing", "BlobStore", "LocalBlobs", "blob_store", "is_old"]

INLINE = 65_536
"""Octets up to which a blob lives in the database, in the same commit as its rows."""


class BlobStore(Protocol):
    """Immutable octets under places that the store chooses. All raise Unavailable."""

    def put(self, chunks: Iterable[bytes | memoryview]) -> str:
        """Store the octets durably; their new place. Raises StoreFull."""
        ...

    def read(self, place: str, start: int, stop: int) -> bytes:
        """Octets of [start, stop). Raises BlobMissing."""
        ...

    def delete(self, place: str) -> None:
        """Erase; nothing happens if it is gone already."""
        ...

    def places(self) -> Iterator[tuple[str, float]]:
        """All places and when they were written (seconds since 1970), half-written ones too."""
        ...

    def check(self) -> None:
        """Raises Unavailable when the store does not work."""
        ...


class LocalBlobs:
    """Files in one folder: temporary file, fsync, rename, fsync of the folder."""

    UNFINISHED = "unfinished"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / self.UNFINISHED
        self._unfinished.mkdir(parents=True, exist_ok=True)
        self._durable: set[str] = set()
        sync_folder(folder.parent)

    def put(self, chunks: Iterable[bytes | memoryview]) -> str:
        """Store the octets durably; their new place. Raises StoreFull."""
        if not reserve().is_there():
            raise StoreFull
        place = new_place()
        path = self._folder / place
        draft = self._unfinished / path.name
        try:
            with draft.open("xb", buffering=0) as file:
                for chunk in chunks:
                    _write_all(file.fileno(), chunk)
                os.fsync(file.fileno())
            self._make(path.parent)
            draft.rename(path)
            sync_folder(path.parent)
        except OSError as error:
            draft.unlink(missing_ok=True)
            if is_full(error):
                raise StoreFull from error
            outages.begin(BLOBS, error)
            raise Unavailable(BLOBS, error) from error
        if outages.any:
            outages.end(BLOBS)
        return place

    def _make(self, folder: Path) -> None:
        """Have the folder, and have it on the disk: who made it may not have come to that yet."""
        if folder.name not in self._durable:
            folder.mkdir(exist_ok=True)
            sync_folder(self._folder)
            self._durable.add(folder.name)

    def read(self, place: str, start: int, stop: int) -> bytes:
        """Octets of [start, stop). Raises BlobMissing."""
        try:
            descriptor = os.open(self._folder / place, os.O_RDONLY)
        except FileNotFoundError as error:
            raise BlobMissing(place) from error
        try:
            return _read_all(descriptor, start, stop)
        except OSError as error:
            outages.begin(BLOBS, error)
            raise Unavailable(BLOBS, error) from error
        finally:
            os.close(descriptor)

    def delete(self, place: str) -> None:
        """Erase; nothing happens if it is gone already."""
        (self._folder / place).unlink(missing_ok=True)

    def places(self) -> Iterator[tuple[str, float]]:
        """All places and when they were written, half-written ones too."""
        for folder in self._folder.iterdir():
            if not folder.is_dir():
                continue
            for path in folder.iterdir():
                try:
                    written = path.stat().st_mtime
                except FileNotFoundError:
                    continue
                yield f"{folder.name}/{path.name}", written

    def check(self) -> None:
        """Raises Unavailable when nothing can be written."""
        if not os.access(self._unfinished, os.W_OK | os.X_OK):
            raise Unavailable(BLOBS, f"{self._unfinished} can't be written to")


def _write_all(descriptor: int, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _read_all(descriptor: int, start: int, stop: int) -> bytes:
    found = []
    while start < stop and (data := os.pread(descriptor, stop - start, start)):
        found.append(data)
        start += len(data)
    return b"".join(found) if len(found) != 1 else found[0]


@lru_cache(maxsize=4)
def _store(url: str, data: Path) -> BlobStore:
    if url:
        return object_blobs(url)
    return LocalBlobs(data / "blobs")


def blob_store() -> BlobStore:
    """The blob store that the settings ask for, one a process."""
    return _store(settings.LEMONADE.blob_url, settings.LEMONADE.data)


def is_old(written: float, seconds: float) -> bool:
    """Whether something was written longer ago than that."""
    return written < time.time() - seconds
