"""The broker that needs no server: a pair of folders, asked often so that a stop is quick."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

LONGEST_WAIT = 0.3
"""Seconds after which a worker looks up from waiting, also to see whether it is to stop."""


class Channel(filesystem.Channel):
    """A message is seen when it is whole."""

    # kombu's own two classes name the argument differently.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **options: Any
    ) -> None:
        """Write a message beside the queue and rename it into it: kombu itself writes in place,
        and a worker that looks in between ends over half a message. Raises ChannelError.
        """
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        place = Path(self.data_folder_out, name)
        unseen = place.with_name(f"{name}.new")
        try:
            unseen.write_bytes(dumps(payload).encode())
            unseen.rename(place)
        except OSError as error:
            raise ChannelError(f"Cannot add {place}") from error


class Transport(filesystem.Transport):
    """Celery itself waits for two seconds at a time."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **options: Any) -> None:
        """Wait for a message and deliver it. Raises TimeoutError when there is none."""
        wait = LONGEST_WAIT if timeout is None else min(timeout, LONGEST_WAIT)
        super().drain_events(connection, timeout=wait)
