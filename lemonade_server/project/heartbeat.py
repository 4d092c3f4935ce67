"""How one process tells the others that it is up: a file it touches every few seconds.

The files live in ``run/`` of the data folder. A process that died or hangs stops touching its
file, so a stale file counts as down, and so does one whose process is gone. Hosts that share
a Redis keep keys there beside the files, which expire as the files grow stale: a worker on any host
will do.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

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
    if settings.LEMONADE.redis_url:
        import redis

        with contextlib.suppress(redis.RedisError):
            _redis(settings.LEMONADE.redis_url).set(_key(name), os.getpid(), ex=int(STALE))


@cache
def _redis(url: str) -> Any:
    import redis

    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def _key(name: str) -> str:
    return f"lemonade:alive:{name}"


def keep_beating(name: str) -> None:
    """Say so from now on until the process ends."""
    beat(name)

    def loop() -> None:
        while True:
            time.sleep(BEAT)
            beat(name)

    threading.Thread(target=loop, name="heartbeat", daemon=True).start()


def is_up(name: str) -> bool:
    """Whether ``name`` has said so lately and its process lives, on this host or another."""
    return _is_up_here(name) or _is_up_elsewhere(name)


def _is_up_here(name: str) -> bool:
    path = _folder() / f"{name}.alive"
    try:
        age = time.time() - path.stat().st_mtime
        os.kill(int(path.read_text(encoding="ascii")), 0)
    except (OSError, ValueError):
        return False
    return age < STALE


def _is_up_elsewhere(name: str) -> bool:
    if not settings.LEMONADE.redis_url:
        return False
    import redis

    try:
        return bool(_redis(settings.LEMONADE.redis_url).exists(_key(name)))
    except redis.RedisError:
        return False


def forget(name: str) -> None:
    """Take back what an earlier process of that name said."""
    (_folder() / f"{name}.alive").unlink(missing_ok=True)
