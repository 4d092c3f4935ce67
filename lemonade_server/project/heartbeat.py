"""How one process tells the others that it is up: a file it touches every few seconds.

The files live in ``run/`` of the data folder. A process that died or hangs stops touching its
file, so a stale file counts as down, and so does one whose process is gone.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from django.conf import settings

BEAT = 5.0
STALE = 20.0


def _folder() -> Path:
    folder: Path = settings.LEMONADE.data / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def beat(name: str) -> None:
    """Say once, now, that ``name`` is up."""
    path = _folder() / f"{name}.alive"
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(str(os.getpid()), encoding="ascii")
    draft.replace(path)


def keep_beating(name: str) -> None:
    """Say so from now on until the process ends."""
    beat(name)

    def loop() -> None:
        while True:
            time.sleep(BEAT)
            beat(name)

    threading.Thread(target=loop, name="heartbeat", daemon=True).start()


def is_up(name: str) -> bool:
    """Whether ``name`` has said so lately and its process lives."""
    path = _folder() / f"{name}.alive"
    try:
        age = time.time() - path.stat().st_mtime
        os.kill(int(path.read_text(encoding="ascii")), 0)
    except (OSError, ValueError):
        return False
    return age < STALE


def forget(name: str) -> None:
    """Take back what an earlier process of that name said."""
    (_folder() / f"{name}.alive").unlink(missing_ok=True)
