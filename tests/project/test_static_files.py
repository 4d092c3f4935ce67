"""The static files: whole after a power cut at any moment, and mended when they are not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from lemonade_server.project import static_files
from lemonade_server.project.static_files import collect_static


@pytest.fixture
def root(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Of one source file: the real ones take eight seconds."""
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "page.css").write_text("body { color: #123456; background: url(dot.svg) }\n" * 20)
    (sources / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    settings.STATICFILES_DIRS = [sources]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "data" / "static"
    yield settings.STATIC_ROOT
    assert sorted(os.listdir(tmp_path / "data")) == ["static", "static.lock"]


def contents(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def serves(root: Path) -> bool:
    """Whether the manifest names files that are there, whole."""
    hashed = json.loads((root / "staticfiles.json").read_text())["paths"]["page.css"]
    return (root / hashed).stat().st_size > 500 and (root / f"{hashed}.gz").stat().st_size > 0


def empty(root: Path) -> None:
    for path in root.rglob("*"):
        if path.is_file() and path.name not in (".fingerprint", "page.css"):
            path.write_bytes(b"")


def zero(root: Path) -> None:
    for path in root.rglob("*.css"):
        path.write_bytes(b"\0" * path.stat().st_size)


def lose_manifest(root: Path) -> None:
    (root / "staticfiles.json").unlink()


def cut_manifest(root: Path) -> None:
    path = root / "staticfiles.json"
    path.write_bytes(path.read_bytes()[:40])


def empty_mark(root: Path) -> None:
    (root / ".fingerprint").write_bytes(b"")


def garble_mark(root: Path) -> None:
    (root / ".fingerprint").write_bytes(b"\xff\0")


BREAKS = [empty, zero, lose_manifest, cut_manifest, empty_mark, garble_mark]


@pytest.mark.parametrize("harm", BREAKS)
def test_what_is_broken_is_made_anew(root: Path, harm: Callable[[Path], None]) -> None:
    collect_static()
    whole = contents(root)
    assert serves(root)
    harm(root)
    collect_static()
    assert contents(root) == whole


@pytest.mark.parametrize("harm", BREAKS)
def test_the_command_mends_it_too(root: Path, harm: Callable[[Path], None]) -> None:
    """Django's own loads the manifest that it is to repair."""
    call_command("collectstatic", "--noinput")
    harm(root)
    call_command("collectstatic", "--noinput")
    assert serves(root)


def test_nothing_is_done_twice(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collect_static()
    monkeypatch.setattr(static_files, "_build", lambda *_: pytest.fail("built again"))
    collect_static()


def test_it_is_on_the_disk_before_it_has_its_name(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[str] = set()
    sync = os.fsync

    def watched(descriptor: int) -> None:
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        if path.startswith(f"{root}.new"):
            assert not root.exists()
            synced.add(path.removeprefix(f"{root}.new"))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    collect_static()
    made = {f"/{path.relative_to(root)}" for path in root.rglob("*")}
    assert made <= synced


def test_who_died_in_the_middle_is_made_good(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the two names there is no folder at all; leftovers are no hindrance."""
    collect_static()
    root.rename(root.with_name("static.old"))
    half = root.with_name("static.new")
    half.mkdir()
    (half / "staticfiles.json").write_text("")
    collect_static()
    assert serves(root)


@pytest.mark.parametrize("name", ["static", "static.old", "static.new"])
def test_what_else_bears_the_names_is_replaced(root: Path, name: str) -> None:
    """Somebody's file, or a link that leads nowhere."""
    for make in (Path.touch, lambda place: place.symlink_to("nowhere")):
        collect_static()
        (root / ".fingerprint").unlink()
        if name == "static":
            root.rename(root.with_name("static.old"))
        make(root.with_name(name))
        collect_static()
        assert serves(root)
