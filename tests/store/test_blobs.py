"""The two blob stores: durable before they are named, whole or not there, never mixed up."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lemonade_server.store import new_blobs, spool
from lemonade_server.store.blobs import BlobMissing, BlobStore, LocalBlobs, blob_store
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.object_blobs import ObjectBlobs
from lemonade_server.store.spool import Spool


@pytest.fixture(params=["local", "object"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "local":
        return LocalBlobs(tmp_path / "blobs")
    memory = pytest.importorskip("obstore.store").MemoryStore()
    return ObjectBlobs(memory)


def test_octets_come_back_in_ranges(blobs: BlobStore) -> None:
    place = blobs.put([b"0123456789", b"", b"abcdef"])
    assert blobs.read(place, 0, 16) == b"0123456789abcdef"
    assert blobs.read(place, 8, 12) == b"89ab"
    assert blobs.read(place, 4, 4) == b""
    assert [name for name, _ in blobs.places()] == [place]


def test_the_same_octets_get_another_place(blobs: BlobStore) -> None:
    first, second = blobs.put([b"same"]), blobs.put([b"same"])
    assert first != second
    blobs.delete(first)
    blobs.delete(first)
    assert blobs.read(second, 0, 4) == b"same"
    with pytest.raises(BlobMissing):
        blobs.read(first, 0, 4)


def test_durable_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.rename

    def noted_sync(descriptor: int) -> None:
        done.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")
        sync(descriptor)

    def noted_rename(self: Path, target: Path) -> Path:
        done.append("rename")
        return rename(self, target)

    local = LocalBlobs(tmp_path)
    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    local.put([b"octets"])
    assert done == ["file", "folder", "rename", "folder"]


def test_a_folder_that_another_process_just_made_is_made_durable_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have died, or not have come yet, to where its folder is on the disk."""
    local = LocalBlobs(tmp_path)
    for number in range(256):
        (tmp_path / f"{number:02x}").mkdir()
    synced: list[str] = []

    def noted_sync(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))

    monkeypatch.setattr(os, "fsync", noted_sync)
    local.put([b"octets"])
    assert str(tmp_path) in synced


def test_a_write_that_breaks_off_leaves_no_blob(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.EIO, "broken")

    local = LocalBlobs(tmp_path)
    with pytest.raises(Unavailable, match="broken"):
        local.put(chunks())
    assert list(local.places()) == []


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    local = LocalBlobs(tmp_path)
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreFull):
        local.put([b"octets"])
    monkeypatch.undo()
    assert list(local.places()) == []
    monkeypatch.setattr(spool, "_nameless_file", full)
    waiting = Spool()
    waiting.write(b"x" * spool.IN_MEMORY)
    with pytest.raises(StoreFull):
        waiting.write(b"y")


def test_the_settings_choose(tmp_path: Path) -> None:
    assert isinstance(blob_store(), LocalBlobs)
    assert blob_store() is blob_store()


@pytest.mark.parametrize("at", [None, *range(95, 106), 150, 199, 200, 201, 297, 298, 299])
def test_a_line_of_dashes_is_found_wherever_it_lies(
    at: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many octets are measured window by window: what lies across a border counts, too."""
    monkeypatch.setattr(new_blobs, "WINDOW", 100)
    octets = bytearray(b"-a-" * 100)
    if at is not None:
        octets[at - 1 : at + 2] = b"\n--"
    measured = new_blobs._measure(bytes(octets), 0, len(octets))
    assert measured.dashes == (b"\n--" in octets)
    assert (measured.size, measured.lines) == (len(octets), octets.count(b"\n"))
    assert measured.sha256 == hashlib.sha256(octets).digest()
    assert new_blobs._measure(b"x--" + bytes(octets), 1, 300).dashes
