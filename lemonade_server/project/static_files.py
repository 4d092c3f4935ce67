"""The static files as they are served: hashed, compressed, and whole.

They are built aside, synced and renamed, so a power cut leaves the ones before or the new ones.
What is broken all the same is built anew: nothing here reads the manifest that is to be mended.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as Collecting
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from lemonade_server.files.durable import sync_file, sync_folder

MARK = ".fingerprint"


def collect_static(force: bool = False) -> None:
    """Hash and compress the static files when one of them changed, or what was made is broken."""
    root = Path(settings.STATIC_ROOT)
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_name(f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources = _fingerprint_of_sources()
        if force or not _is_whole(root, sources):
            _build(root, sources)


def _is_whole(root: Path, sources: str) -> bool:
    """Whether it was made of these sources, and has not changed since."""
    try:
        marked = (root / MARK).read_text(encoding="ascii").split()
        return marked == [sources, _fingerprint_of_results(root)]
    except (OSError, ValueError):
        return False


def _build(root: Path, sources: str) -> None:
    new, old = (root.with_name(f"{root.name}.{word}") for word in ("new", "old"))
    for folder in (new, old):
        _remove(folder)
    new.mkdir()
    command = Collecting()
    storage: Any = CompressedManifestStaticFilesStorage
    command.storage = storage(location=str(new))
    call_command(command, interactive=False, verbosity=0, skip_checks=True)
    mark = f"{sources} {_fingerprint_of_results(new)}"
    (new / MARK).write_text(mark, encoding="ascii")
    _sync_tree(new)
    if root.exists() or root.is_symlink():
        root.rename(old)
    new.rename(root)
    sync_folder(root.parent)
    _remove(old)


def _remove(path: Path) -> None:
    """Whatever it is: a folder, a file or a link that somebody has put there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _sync_tree(root: Path) -> None:
    for path in root.rglob("*"):
        if path.is_dir():
            sync_folder(path)
        else:
            sync_file(path)
    sync_folder(root)


def _fingerprint_of_sources() -> str:
    """Changes with any static file of the project or of an installed application."""
    folders = [Path(path) for path in settings.STATICFILES_DIRS]
    folders += [Path(config.path) / "static" for config in apps.get_app_configs()]
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                stat = path.stat()
                digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _fingerprint_of_results(root: Path) -> str:
    """Changes with any octet of what was made: a power cut leaves empty files, or zeros."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.name != MARK and path.is_file():
            octets = path.read_bytes()
            digest.update(f"{path.relative_to(root)} {len(octets)}\n".encode() + octets)
    return digest.hexdigest()
