"""The leases of resumable sessions that connections of this process have, and what ends them.

A session is leased to one connection at a time. Who resumes it takes it away: a connection of the
same process is told at once, one of another process looks at the rows every other second.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from django.db.utils import Error

from lemonade_server.imap.extension_state import ExtensionState
from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.store import resumption
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.resumption import State

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.net.connection import Connection
    from lemonade_server.store.db import Database, Tx

log = structlog.get_logger()

LOOK = 2.0
"""Seconds between two looks at the rows of the sessions that are leased here."""

BEAT = 60.0
"""Seconds between two notes that the connections are alive; see ``store.resumption.SILENT``."""


class Leases:
    """The leases of this process, by the names of their connections."""

    def __init__(self) -> None:
        self._leases: dict[str, tuple[SessionLease, Connection]] = {}
        self._looking: asyncio.Task[None] | None = None

    def add(self, lease: SessionLease, conn: Connection, db: Database) -> None:
        """Look after this lease until it is removed."""
        self._leases[lease.connection] = lease, conn
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look(db))

    def remove(self, lease: SessionLease) -> None:
        """The connection ends, or holds no session any more."""
        self._leases.pop(lease.connection, None)
        if not self._leases and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def displace(self, connection: str) -> None:
        """Another connection has resumed the session: end the one that held it, if it is here."""
        found = self._leases.get(connection)
        if found is not None:
            found[1].end(resumed_elsewhere())

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
        resumption.beat(tx, list(self._leases), now())

    async def _check(self, db: Database) -> None:
        sessions = [lease.session for lease, _ in self._leases.values()]
        found = await db.read(lambda tx: resumption.holders(tx, sessions))
        for lease, conn in list(self._leases.values()):
            if lease.session in sessions and found.get(lease.session) != lease.connection:
                conn.end(resumed_elsewhere() if lease.session in found else session_ended())


@dataclass
class SessionLease(ExtensionState["Session"]):
    """The session that a connection holds: its row, the connection's own name, what is noted of it.

    ``told`` is a digest of the capabilities that its client knows.
    """

    session: int
    connection: str
    leases: Leases
    state: State = field(default_factory=State)
    told: str = ""

    def close(self) -> None:
        self.leases.remove(self)

    async def command_done(self, session: Session) -> None:
        """Note where the client is, if that has changed. Raises Goodbye for a displaced connection.

        On a full disk mail can still be read: the session is then resumed where it was noted
        before.
        """
        view = session.view
        enabled = " ".join(sorted(name.decode() for name in session.enabled))
        state = State(enabled=enabled, told=self.told)
        state.notify = "".join(each.preserved for each in session.extension_states)
        if view is not None:
            state.mailbox, state.name, state.read_only = view.mailbox, view.name, view.examined
        if state == self.state:
            return
        try:
            saved = await session.db.write(
                lambda tx: resumption.save(tx, self.session, self.connection, state, now())
            )
        except (StoreFull, Unavailable):
            log.warning("the place of a resumable session was not noted", session=self.session)
            return
        if not saved:
            raise resumed_elsewhere()
        self.state = state

    async def disconnected(self, session: Session) -> None:
        """The connection is lost or closed: its session waits to be resumed.

        On a full disk it is not noted, and counts as held until it has been silent for long enough.
        """
        session.drop(SessionLease)
        try:
            await session.db.write(
                lambda tx: resumption.leave(tx, self.session, self.connection, now())
            )
        except (StoreFull, Unavailable):
            log.warning("a resumable session was not noted as free", session=self.session)

    async def logged_out(self, session: Session) -> None:
        """End the session for good."""
        session.drop(SessionLease)
        try:
            await session.db.write(lambda tx: resumption.finish(tx, self.session, self.connection))
        except (StoreFull, Unavailable):
            log.warning("a resumable session was not ended: it will run out", session=self.session)


def now() -> int:
    """Seconds since 1970, as rows have it."""
    return int(time.time())


def resumed_elsewhere() -> Goodbye:
    """The end of a connection whose session was resumed by another one (P-61)."""
    return Goodbye("session resumed elsewhere")


def session_ended() -> Goodbye:
    """The end of a connection whose session was ended by an operator or a new password."""
    return Goodbye("the session was ended")
