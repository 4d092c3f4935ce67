"""Results that are kept: files in the data folder, a folder for each content.

A file's name is a digest of the very octets that were converted and of all that was asked for, so
nothing else is ever found under it; rows that were restored from a backup can't be confused with
others. A file holds the result, the facts about it in JSON, and the length of these.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lemonade_server.store.blobs import is_old
from lemonade_server.store.errors import is_full
from lemonade_server.store.ids import ContentId
from lemonade_server.store.sql import contents as sql
from lemonade_server.store.tx import snapshot

FOLDER = "converted"
DRAFTS = "drafts"
DRAFT_SECONDS = 3_600  # until one is known to be nobody's
ROOM_LEFT = 0.8  # of the limit, after the oldest were erased
AT_ONCE = 500
_LENGTH = struct.Struct(">I")

Params = list[tuple[str, str]]


@dataclass(slots=True)
class Facts:
    """What is known of a result beside its octets. ``binary``: it may hold NUL."""

    type: str
    params: Params = field(default_factory=list)
    lines: int = 0
    binary: bool = False


@dataclass(slots=True)
class ConversionResult:
    """A result, open to be read: it stays so whatever the cache does meanwhile."""

    facts: Facts
    size: int
    descriptor: int

    def read(self, start: int, stop: int) -> bytes:
        """Octets of [start, stop). Blocks."""
        return os.pread(self.descriptor, max(0, min(stop, self.size) - start), start)

    def again(self) -> ConversionResult:
        """The same result, to be closed by another one."""
        return ConversionResult(self.facts, self.size, os.dup(self.descriptor))

    def close(self) -> None:
        """Let go of the result."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


@dataclass(slots=True)
class PendingResult:
    """A result that is being written."""

    path: Path
    descriptor: int

    def take_descriptor(self) -> int:
        """The descriptor, which is another one's from now on."""
        descriptor, self.descriptor = self.descriptor, -1
        self.path.unlink(missing_ok=True)  # it bears another name, if it was kept
        return descriptor

    def close(self) -> None:
        """Give it up, unless it was kept."""
        if self.descriptor >= 0:
            os.close(self.take_descriptor())


@dataclass(slots=True)
class Cache:
    """All methods block: they are for a thread. ``limit`` in octets, all contents together."""

    folder: Path
    limit: int
    _new: int | None = None  # octets kept since the last look at them all

    def find(self, content: ContentId, name: str) -> ConversionResult | None:
        """A result that is kept."""
        path = self.folder / str(content) / name
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        found = _open_result(descriptor)
        if found is None:
            os.close(descriptor)
            path.unlink(missing_ok=True)
            return None
        os.utime(descriptor)
        return found

    def scratch(self) -> int:
        """A file without a name, for what is to be converted."""
        path = self._new_path()
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        path.unlink()
        return descriptor

    def draft(self) -> PendingResult:
        """A file for a result: ``keep`` or ``close`` it."""
        path = self._new_path()
        return PendingResult(path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def _new_path(self) -> Path:
        folder = self.folder / DRAFTS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / secrets.token_hex(16)

    def keep(
        self, draft: PendingResult, content: ContentId, name: str, facts: Facts
    ) -> ConversionResult:
        """Give a result its name, when there is room for it; takes the draft over."""
        size = os.fstat(draft.descriptor).st_size
        tail = json.dumps([facts.type, facts.params, facts.lines, facts.binary]).encode()
        if size <= self.limit // 4:
            try:
                _write(draft.descriptor, tail + _LENGTH.pack(len(tail)), size)
                folder = self.folder / str(content)
                folder.mkdir(mode=0o700, exist_ok=True)
                draft.path.rename(folder / name)
            except FileNotFoundError:  # the sweep was here: the content is gone
                pass
            except OSError as error:
                if not is_full(error):
                    raise
            self._make_room(size)
        return ConversionResult(facts, size, draft.take_descriptor())

    def _make_room(self, added: int) -> None:
        """Erase those not used for longest. Other processes add too: a look now and then."""
        if self._new is not None and self._new + added < self.limit // 16:
            self._new += added
            return
        self._new = 0
        files = sorted(self._files())
        octets = sum(size for _, size, _ in files)
        if octets <= self.limit:
            return
        for _, size, path in files:
            path.unlink(missing_ok=True)
            octets -= size
            if octets <= self.limit * ROOM_LEFT:
                break

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When each was last used, its size and place."""
        for folder in self.folders():
            try:
                for path in folder.iterdir():
                    found = path.stat()
                    yield found.st_mtime, found.st_size, path
            except FileNotFoundError:  # the sweep was here
                continue

    def folders(self) -> Iterator[Path]:
        """One for each content that has results."""
        if self.folder.is_dir():
            yield from (each for each in self.folder.iterdir() if each.name != DRAFTS)


def sweep(data: Path) -> int:
    """Erase results of contents that are not there any more; how many contents that were.

    And what a process that died has left of its drafts. ``data`` is the data folder.
    """
    cache = Cache(data / FOLDER, 0)
    for path in (cache.folder / DRAFTS).glob("*"):
        with suppress(FileNotFoundError):  # it was finished just now
            if is_old(path.stat().st_mtime, DRAFT_SECONDS):
                path.unlink()
    folders = {int(each.name): each for each in cache.folders() if each.name.isdigit()}
    erased = 0
    numbers = sorted(folders)
    for at in range(0, len(numbers), AT_ONCE):
        some = numbers[at : at + AT_ONCE]
        with snapshot() as tx:
            rows = tx.rows(sql.THOSE_THERE, [some])
        for gone in set(some) - {row[0] for row in rows}:
            shutil.rmtree(folders[gone], ignore_errors=True)
            erased += 1
    return erased


def _open_result(descriptor: int) -> ConversionResult | None:
    """None for a file that is not whole, as after a crash."""
    size = os.fstat(descriptor).st_size
    try:
        (length,) = _LENGTH.unpack(os.pread(descriptor, _LENGTH.size, size - _LENGTH.size))
        start = size - _LENGTH.size - length
        name, params, lines, binary = json.loads(os.pread(descriptor, length, start))
    except (struct.error, ValueError, OSError):
        return None
    pairs = [(key, value) for key, value in params]
    return ConversionResult(Facts(name, pairs, lines, binary), start, descriptor)


def _write(descriptor: int, data: bytes, at: int) -> None:
    while data:
        written = os.pwrite(descriptor, data, at)
        data, at = data[written:], at + written
