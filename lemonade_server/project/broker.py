"""The broker that needs no server: a pair of folders, asked often so that a stop is quick."""

from __future__ import annotations

from typing import Any

from kombu.transport import filesystem

LONGEST_WAIT = 0.3
"""Seconds after which a worker looks up from waiting, also to see whether it is to stop."""


class Transport(filesystem.Transport):
    """Celery itself waits for two seconds at a time."""

    def drain_events(self, connection: Any, timeout: float | None = None, **options: Any) -> None:
        """Wait for a message and deliver it. Raises TimeoutError when there is none."""
        wait = LONGEST_WAIT if timeout is None else min(timeout, LONGEST_WAIT)
        super().drain_events(connection, timeout=wait)
