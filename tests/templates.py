"""Data folders that are made once, for all workers of a run, and copied: one with demo mail costs
ten seconds of processor time.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.sqlite3.creation import DatabaseCreation

FOLDER = "LEMONADE_TEST_TEMPLATES"
"""The variable by which workers know the folder of who started them."""

CREATE = "_create_test_db"
"""What Django makes the file of a test database with, before it migrates."""

OF_ONE_RUN = ("broker", "run", "*.log", "*.lock")
"""What a system leaves in its data folder that the next one makes for itself."""


@cache
def _folder() -> Path:
    if FOLDER not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="lemonade-templates-")
        atexit.register(folder.cleanup)
        os.environ[FOLDER] = folder.name
    return Path(os.environ[FOLDER])


def share() -> None:
    """Before the workers start: they take templates from the folder of this process."""
    _folder()


def template(name: str, make: Callable[[Path], None]) -> Path:
    """The template of that name. Whoever is first makes it in an empty folder, and the others wait.

    Raises what ``make`` raises; the next one tries again.
    """
    made, draft = _folder() / name, _folder() / f"{name}.draft"
    with (_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft)
            draft.rename(made)
    return made


def begin_databases_with(made: Callable[[], Path], patch: pytest.MonkeyPatch) -> None:
    """From now on Django's test databases are copies of this file, so far as they are SQLite's."""
    create: Callable[..., str | Path] = getattr(DatabaseCreation, CREATE)

    def create_as_copy(self: DatabaseCreation, *args: Any, **named: Any) -> str | Path:
        name = create(self, *args, **named)
        shutil.copy(made(), name)
        return name

    patch.setattr(DatabaseCreation, CREATE, create_as_copy)


def copy(made: Path, data: Path) -> None:
    """Into a data folder, over what is there."""
    ignored = shutil.ignore_patterns(*OF_ONE_RUN)
    shutil.copytree(made, data, ignore=ignored, dirs_exist_ok=True)
