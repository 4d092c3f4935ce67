"""How one process tells the others that it is up: a file it writes every few seconds.

The files live in ``run/`` of the data folder. A process that died or hangs stops writing its
file, so a stale file counts as down, and so does one whose process is gone. Ages are those of the
machine's monotonic clock, which all its processes share and nobody sets. Hosts that share
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

import structlog
from django.conf import settings

from lemonade_server.store.errors import REDIS
from lemonade_server.store.outages import outages

from .outage_log import BROKER

BEAT = 5.0
STALE = 20.0

log = structlog.get_logger()


def _path(name: str) -> Path:
    folder: Path = settings.LEMONADE.data / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.alive"


def beat(name: str) -> None:
    """Say once, now, that ``name`` is up. Raises OSError when it can't be written down."""
    _tell_redis(name)
    # In place: once the file is there it takes no room, so a full disk does not silence anybody.
    words = b"%-20d%-20d" % (os.getpid(), time.monotonic() * 1000)
    descriptor = os.open(_path(name), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, words, 0)
    finally:
        os.close(descriptor)


def beat_quietly(name: str) -> None:
    """As ``beat``; the next one will do where this one can't be written."""
    with contextlib.suppress(OSError):
        beat(name)


def _tell_redis(name: str) -> None:
    if settings.LEMONADE.redis_url:
        import redis

        try:
            redis_of(settings.LEMONADE.redis_url).set(_key(name), os.getpid(), ex=int(STALE))
        except redis.RedisError as error:
            outages.begin(REDIS, error)
        else:
            outages.end(REDIS)
            outages.end(BROKER)


@cache
def redis_of(url: str) -> Any:
    """A client that waits for a second at most."""
    import redis

    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)


def _key(name: str) -> str:
    return f"lemonade:alive:{name}"


def keep_beating(name: str) -> None:
    """Say so from now on until the process ends, whatever happens to the disk meanwhile."""
    threading.Thread(target=_beat_on, args=(name,), name="heartbeat", daemon=True).start()


def _beat_on(name: str) -> None:
    silent = False
    while True:
        try:
            beat(name)
        except OSError as error:
            if not silent:
                log.warning("heartbeat_not_written", name=name, error=str(error))
            silent = True
        else:
            silent = False
        time.sleep(BEAT)


def is_up(name: str) -> bool:
    """Whether ``name`` has said so lately and its process lives, on this host or another."""
    return _is_up_here(name) or _is_up_elsewhere(name)


def _is_up_here(name: str) -> bool:
    try:
        pid, at = map(int, _path(name).read_bytes().split())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return False
    return 0 <= time.monotonic() - at / 1000 < STALE


def _is_up_elsewhere(name: str) -> bool:
    if not settings.LEMONADE.redis_url:
        return False
    import redis

    try:
        return bool(redis_of(settings.LEMONADE.redis_url).exists(_key(name)))
    except redis.RedisError:
        return False


def forget(name: str) -> None:
    """Take back what an earlier process of that name said."""
    _path(name).unlink(missing_ok=True)
