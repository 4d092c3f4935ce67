"""The mail server, which counts what commands cost: what it is started as instead of ``manage.py``.

The counts lie in the data folder, in a file that grows by nothing: the test looks at it before and
after.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

NAME = "counts"
FORM = struct.Struct("6Q")


class Counts(NamedTuple):
    """So many of each, since the start or between two looks."""

    statements: int
    """SELECT, INSERT, UPDATE, DELETE; those of triggers too."""

    reads: int
    """Reading transactions."""

    commits: int
    """Writing transactions: with ``synchronous=FULL`` each syncs once."""

    syncs: int
    """Of files that are none of the database's."""

    hops: int
    """Jobs that the event loop hands to a thread."""

    round_trips: int = 0
    """Times that PostgreSQL is waited for."""

    @classmethod
    def read(cls, data: Path) -> Counts:
        return cls(*FORM.unpack((data / NAME).read_bytes()))


class Counter:
    """Counts in a mapped file, from any thread."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(bytes(FORM.size))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), FORM.size)
        self._lock = Lock()
        self._counts = [0] * len(Counts._fields)

    def add(self, field: str) -> None:
        with self._lock:
            self._counts[Counts._fields.index(field)] += 1
            self._shared[:] = FORM.pack(*self._counts)

    def statement(self, text: str) -> None:
        """What a database is about to run."""
        word = text.split(None, 1)[0].upper() if text.strip() else ""
        if word in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            self.add("statements")
        elif text.upper().startswith(("BEGIN DEFERRED", "BEGIN ISOLATION")):
            self.add("reads")
        elif word == "COMMIT":
            self.add("commits")

    def watch_postgresql(self) -> None:
        """Count what goes to PostgreSQL, in the store's way and in psycopg's own."""
        from psycopg import Connection

        from lemonade_server.store.postgres.pipeline import Pipeline

        run, wait = Pipeline._run, Connection.wait

        def counted_run(pipeline: Pipeline, waiting: Sequence[Any]) -> Any:
            self.add("round_trips")
            for each in waiting:
                self.statement(each.statement.text.decode())
            return run(pipeline, waiting)

        def counted_wait(connection: Any, steps: Any, *args: Any, **named: Any) -> Any:
            return wait(connection, self._counted_steps(steps), *args, **named)

        setattr(Pipeline, "_run", counted_run)  # noqa: B010
        setattr(Connection, "wait", counted_wait)  # noqa: B010

    def _counted_steps(self, steps: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """The same, which counts if anything is waited for."""
        try:
            wanted = next(steps)
            self.add("round_trips")
            while True:
                wanted = steps.send((yield wanted))
        except StopIteration as end:
            return end.value

    def counted(self, field: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, each of whose calls counts."""

        def run(*args: Any, **named: Any) -> Any:
            self.add(field)
            return function(*args, **named)

        return run


def main() -> None:
    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command
    from django.db.backends.signals import connection_created

    from lemonade_server.store import loop_reader
    from lemonade_server.store.thread_pool import Threads

    loop_reader.BUDGET, loop_reader.COLD = 10.0, 0.0  # however busy the machine and its disk are
    counter = Counter(settings.LEMONADE.data / NAME)

    def trace(connection: Any, **_: object) -> None:
        connection.connection.set_trace_callback(counter.statement)

    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        counter.watch_postgresql()
    else:
        connection_created.connect(trace, weak=False)
    for name in ("fsync", "fdatasync"):
        setattr(os, name, counter.counted("syncs", getattr(os, name)))
    for name in ("submit", "submit_before"):
        setattr(Threads, name, counter.counted("hops", getattr(Threads, name)))
    call_command("mail")


if __name__ == "__main__":
    main()
