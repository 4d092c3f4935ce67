"""The connections of this process that hold a resumable session, and what ends their hold.

A session is held by one connection at a time. Who resumes it takes it away: a connection of the
same process is told at once, one of another process looks at the rows every other second.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from django.db.utils import Error

from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.store import resumption
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.resumption import State

if TYPE_CHECKING:
    from lemonade_server.net.protocol import Connection
    from lemonade_server.store.db import Database, Tx

log = structlog.get_logger()

LOOK = 2.0
"""Seconds between two looks at the rows of the sessions that are held here."""

BEAT = 60.0
"""Seconds between two notes that the connections are alive; see ``store.resumption.SILENT``."""


@dataclass(slots=True)
class Held:
    """The session that a connection holds: its row, the hold's own name, what is noted of it.

    ``told`` is a digest of the capabilities that its client knows.
    """

    session: int
    connection: str
    state: State = field(default_factory=State)
    told: str = ""


class Live:
    """The holds of this process, by their names."""

    def __init__(self) -> None:
        self._holds: dict[str, tuple[Held, Connection]] = {}
        self._looking: asyncio.Task[None] | None = None

    def add(self, held: Held, conn: Connection, db: Database) -> None:
        """Look after this hold until it is removed."""
        self._holds[held.connection] = held, conn
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look(db))

    def remove(self, held: Held) -> None:
        """The connection ends, or holds no session any more."""
        self._holds.pop(held.connection, None)
        if not self._holds and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def displace(self, connection: str) -> None:
        """Another connection has resumed the session: end the one that held it, if it is here."""
        found = self._holds.get(connection)
        if found is not None:
            found[1].end(displaced())

    async def _look(self, db: Database) -> None:
        beat_at = time.monotonic() + BEAT
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self._check(db)
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + BEAT
                    await db.write(self._beat)
            except (Error, StoreFull) as error:
                log.warning("resumable sessions not looked at", error=str(error))
            except Unavailable:
                continue

    def _beat(self, tx: Tx) -> None:
        resumption.beat(tx, list(self._holds), now())

    async def _check(self, db: Database) -> None:
        sessions = [held.session for held, _ in self._holds.values()]
        found = await db.read(lambda tx: resumption.holders(tx, sessions))
        for held, conn in list(self._holds.values()):
            if held.session in sessions and found.get(held.session) != held.connection:
                conn.end(displaced() if held.session in found else ended())


def now() -> int:
    """Seconds since 1970, as rows have it."""
    return int(time.time())


def displaced() -> Goodbye:
    """The end of a connection whose session was resumed by another one (P-61)."""
    return Goodbye("session resumed elsewhere")


def ended() -> Goodbye:
    """The end of a connection whose session was ended by an operator or a new password."""
    return Goodbye("the session was ended")
