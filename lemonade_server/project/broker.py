"""The broker that needs no server: a pair of folders, asked often so that a stop is quick.

A message is a hint about rows, so it is whole or lost; so are the tables of its queues, which
every process makes anew from what it is to know anyway.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.transport.filesystem import exchange_queue_t
from kombu.utils.json import dumps, loads

from lemonade_server.files.durable import write_file

TIDY = 10.0
"""Seconds between two looks of who sends for messages that expired: no worker may be there."""

LONGEST_WAIT = 0.3
"""Seconds after which a worker looks up from waiting, also to see whether it is to stop."""

DIGITS = 13
"""Of the milliseconds in a message's name, so that names sort in the order of time."""

ABANDONED = 60.0
"""Seconds after which a half-written file is nobody's any more."""

log = structlog.get_logger()


class Channel(filesystem.Channel):
    """A message is seen when it is whole; a table of queues is replaced, never written in place."""

    _tidied_at = float("-inf")

    # kombu's own two classes name the argument differently.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **options: Any
    ) -> None:
        """Write a message beside the queue and rename it into it: kombu itself writes in place,
        and a worker that looks in between ends over half a message. Not synced: the sweep finds
        what is lost. Raises ChannelError.
        """
        if monotonic() - self._tidied_at >= TIDY:
            self._tidied_at = monotonic()
            drop_expired(Path(self.data_folder_out))
        name = f"{round(monotonic() * 1000):0{DIGITS}}_{uuid4()}.{queue}.msg"
        place = Path(self.data_folder_out, name)
        unseen = place.with_name(f"{name}.new")
        try:
            unseen.write_bytes(dumps(payload).encode())
            unseen.rename(place)
        except OSError as error:
            with contextlib.suppress(OSError):
                unseen.unlink(missing_ok=True)
            raise ChannelError(f"Cannot add {place}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The next message of a queue; one that can't be read is dropped. Raises Empty."""
        ending = f".{queue}.msg"
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != ending[1:]:
                continue
            place = Path(self.data_folder_in, name)
            taken = place.with_name(f"{name}.{os.getpid()}.taken")
            try:
                place.rename(taken)  # which one worker alone can do
                octets = taken.read_bytes()
                taken.unlink()
            except OSError:
                continue
            try:
                return loads(octets.decode())
            except ValueError:
                log.warning("message_dropped", file=name, octets=len(octets))
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        """The queues of an exchange. A table that is gone or broken is written anew from what this
        process has declared: its messages would reach nobody. Raises ChannelError.
        """
        file = self._file(exchange)
        try:
            queues = _queues(file)
        except OSError as error:
            raise ChannelError(f"Cannot open {file}") from error
        if queues:
            return queues
        for bound in (self.state.exchanges or {}).get(exchange, {}).get("table", []):
            self._queue_bind(exchange, *bound)
        return _queues(file)

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        """Add a queue to the table of an exchange. Raises ChannelError."""
        bound = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table(exchange) as queues:
            if bound not in queues:
                queues.insert(0, bound)

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *_: Any) -> None:
        """Remove a queue and its messages, and take it out of the table. Raises ChannelError."""
        self._purge(queue)
        bound = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table(exchange) as queues:
            if bound in queues:
                queues.remove(bound)

    def _file(self, exchange: str) -> Path:
        return Path(self._exchange_file(exchange))  # type: ignore[attr-defined]

    @contextlib.contextmanager
    def _table(self, exchange: str) -> Iterator[list[exchange_queue_t]]:
        """The table of an exchange, written when it is changed. Processes take turns."""
        file = self._file(exchange)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX)
                queues = _queues(file)
                before = list(queues)
                yield queues
                if queues != before or not file.exists():
                    write_file(file, dumps(queues).encode())
            finally:
                os.close(folder)
        except OSError as error:
            raise ChannelError(f"Cannot write {file}") from error


def _queues(file: Path) -> list[exchange_queue_t]:
    """What a table holds; nothing when it is not there or broken, as a power cut leaves it."""
    try:
        return [exchange_queue_t(*row) for row in loads(file.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError):
        log.warning("table_of_queues_broken", file=str(file))
        return []


class Transport(filesystem.Transport):
    """Celery itself waits for two seconds at a time."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **options: Any) -> None:
        """Wait for a message and deliver it. Raises TimeoutError when there is none."""
        wait = LONGEST_WAIT if timeout is None else min(timeout, LONGEST_WAIT)
        super().drain_events(connection, timeout=wait)


def sweep(folder: Path) -> None:
    """Erase what processes left behind that died, or had no room, in the middle of a file."""
    before = time.time() - ABANDONED
    for path in folder.rglob("*"):
        if path.suffix not in (".new", ".taken"):
            continue
        with contextlib.suppress(OSError):
            if not before < path.stat().st_mtime <= time.time():
                path.unlink()


def drop_expired(folder: Path) -> None:
    """Erase the messages that no worker would heed any more: while none runs they would pile up."""
    now = datetime.now(UTC)
    for path in folder.glob("*.msg"):
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
            expires = loads(path.read_text(encoding="utf-8"))["headers"]["expires"]
            if datetime.fromisoformat(expires) < now:
                path.unlink()
