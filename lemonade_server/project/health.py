"""``GET /healthz``: whether everything that makes up the system works; ``GET /livez``."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from lemonade_server.store.blobs import blob_store
from lemonade_server.store.db import snapshot
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.reserve import reserve
from lemonade_server.store.sql import check as sql

from . import heartbeat
from .celery import SWEEPS

PATIENCE = 3.0
"""Seconds in which a part must answer: who asks waits too."""

FRESH = 1.0
"""Seconds for which an answer is given again: anybody may ask, as often as he likes."""

ROOM = 1_048_576
"""Octets that must be free in the data folder."""

PROCESSES = ("web", "mail", "worker", "scheduler", "sweeps")

NO_STORE = {"Cache-Control": "no-store"}


def _imap_greets() -> bool:
    address = (settings.LEMONADE.host, settings.LEMONADE.imap_port)
    try:
        with socket.create_connection(address, timeout=2) as connected:
            return connected.recv(16).startswith(b"* OK")
    except OSError:
        return False


def _database_answers() -> bool:
    try:
        with snapshot() as tx:
            return bool(tx.value(sql.ALIVE) == 1)
    except (Unavailable, StoreFull, DatabaseError):
        connection.close()
        return False


def _blobs_answer() -> bool:
    try:
        blob_store().check()
    except Unavailable:
        return False
    return True


def _redis_answers() -> bool:
    import redis

    try:
        return bool(heartbeat.redis_of(settings.LEMONADE.redis_url).ping())
    except redis.RedisError:
        return False


def _has_room() -> bool:
    """A disk that is full takes neither mail nor what is noted of it. One on which the room for
    deletions was given up takes no mail until that is there again.
    """
    try:
        found = os.statvfs(Path(settings.LEMONADE.data))
    except OSError:
        return False
    room = found.f_bavail * found.f_frsize >= ROOM and found.f_favail != 0
    return room and reserve().is_there()


def _parts() -> dict[str, Callable[[], bool]]:
    parts: dict[str, Callable[[], bool]] = {
        "web": lambda: True,
        "mail": _imap_greets,
        "worker": lambda: heartbeat.is_up("worker"),
        "scheduler": lambda: heartbeat.is_up("scheduler"),
        "sweeps": lambda: all(map(heartbeat.is_up, SWEEPS)),
        "database": _database_answers,
        "blobs": _blobs_answer,
        "disk": _has_room,
    }
    if settings.LEMONADE.redis_url:
        parts["redis"] = _redis_answers
    return parts


def processes() -> dict[str, bool]:
    """The processes by name, and whether each is up."""
    return {name: ask() for name, ask in _parts().items() if name in PROCESSES}


class Health:
    """Asks every part at once, each in a thread of its own. One that hangs is not asked again."""

    def __init__(self, parts: Mapping[str, Callable[[], bool]]) -> None:
        self._parts = parts
        self._threads = ThreadPoolExecutor(len(parts), "health")
        self._asked: dict[str, Future[bool]] = {}
        self._guard = threading.Lock()
        self._found: dict[str, bool] = {}
        self._found_at = float("-inf")

    def look(self) -> dict[str, bool]:
        """The parts by name, and whether each works."""
        with self._guard:
            if time.monotonic() - self._found_at >= FRESH:
                self._found = self._ask()
                self._found_at = time.monotonic()
            return self._found

    def _ask(self) -> dict[str, bool]:
        for name, ask in self._parts.items():
            before = self._asked.get(name)
            if before is None or before.done():
                self._asked[name] = self._threads.submit(ask)
        wait(self._asked.values(), timeout=PATIENCE)
        return {
            name: asked.done() and asked.exception() is None and asked.result()
            for name, asked in self._asked.items()
        }


@cache
def health() -> Health:
    """That of this process."""
    return Health(_parts())


def healthz(request: HttpRequest) -> JsonResponse:
    """200 while all parts work; else 503 and what is missing."""
    up = health().look()
    missing = [name for name, is_up in up.items() if not is_up]
    return JsonResponse(
        {"status": "down" if missing else "up", "up": up, "missing": missing},
        status=503 if missing else 200,
        headers=NO_STORE,
    )


def livez(request: HttpRequest) -> JsonResponse:
    """200: this process lives. It asks nobody."""
    return JsonResponse({"status": "alive"}, headers=NO_STORE)
