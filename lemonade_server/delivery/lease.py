"""A worker's hold on what it works on: renewed meanwhile, so that a dead worker is noticed."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Collection
from types import TracebackType

import structlog
from django.db import DatabaseError, connection

from lemonade_server.store import destinations, queue_work
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.errors import StoreFull

from . import schedule
from .answers import LeaseLost

log = structlog.get_logger()


def new_owner() -> str:
    """A name no other worker has, telling an operator which process it was."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"[-100:]


class Lease:
    """Keeps claimed recipients claimed, in a thread, until the block ends.

    >>> with Lease(owner) as lease: lease.covers({submission}); ...; lease.confirm(submission, ids)
    """

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self._submissions: Collection[int] = ()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def covers(self, submissions: Collection[int]) -> None:
        """What is worked on from now on; its leases are fresh."""
        self._submissions = tuple(submissions)

    def _keep(self) -> None:
        try:
            while not self._done.wait(schedule.RENEWAL):
                self._renew_or_hope()
        finally:
            connection.close()

    def _renew_or_hope(self) -> None:
        """A lease outlives some renewals that fail; ``confirm`` stops the work when it does not."""
        try:
            self._renew()
        except (DatabaseError, StoreFull) as error:
            log.warning("lease_not_renewed", owner=self.owner, error=str(error))
            connection.close_if_unusable_or_obsolete()

    def _renew(self) -> set[int]:
        now = int(time.time())
        with transaction() as tx:
            destinations.renew(tx, self.owner, now + schedule.LEASE)
            return queue_work.renew(tx, self._submissions, self.owner, now, schedule.LEASE)

    def confirm(self, submission: int, recipients: set[int]) -> None:
        """Make sure that these recipients are still ours, and for a while. Raises LeaseLost.

        A look at the rows does, unless the lease is about to end.
        """
        with snapshot() as tx:
            safe = int(time.time()) + schedule.LEASE // 3
            if recipients <= queue_work.owned(tx, submission, self.owner, safe):
                return
        if not recipients <= self._renew():
            raise LeaseLost(f"submission {submission} was taken over")
