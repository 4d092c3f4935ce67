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
from lemonade_server.store.errors import StoreFull, Unavailable

from ..relay.replies import LeaseLost
from . import schedule

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
        wait: float = schedule.RENEWAL
        try:
            while not self._done.wait(wait):
                # A lease outlives some renewals that fail, and ``confirm`` stops the work else.
                wait = schedule.RENEWAL if self._try_renew() else schedule.RENEWAL / 10
        finally:
            connection.close()

    def _try_renew(self) -> bool:
        try:
            self._renew()
        except (DatabaseError, StoreFull, Unavailable) as error:
            log.warning("lease_not_renewed", owner=self.owner, error=str(error))
            connection.close_if_unusable_or_obsolete()
            return False
        return True

    def _renew(self) -> None:
        with transaction() as tx:
            destinations.renew(tx, self.owner, int(time.time()) + schedule.TURN)
            queue_work.lock_leased(tx, self._submissions, self.owner)
            # Now, not before: a lock may have been waited for, while the lease ran out.
            now = int(time.time())
            queue_work.renew(tx, self._submissions, self.owner, now, schedule.LEASE)

    def confirm(self, submission: int, recipients: set[int]) -> None:
        """Make sure that these recipients are still ours, and for a while. Raises LeaseLost.

        Mostly a look at the rows does; a lease that is shorter than it should be is renewed first,
        and looked at again, as that may have taken long.
        """
        try:
            if self._is_safe(submission, recipients):
                return
            self._renew()
            if self._is_safe(submission, recipients):
                return
        except (DatabaseError, StoreFull, Unavailable) as error:
            connection.close_if_unusable_or_obsolete()
            raise LeaseLost(f"the lease of submission {submission} is not known") from error
        raise LeaseLost(f"submission {submission} was taken over")

    def _is_safe(self, submission: int, recipients: set[int]) -> bool:
        with snapshot() as tx:
            until = int(time.time()) + schedule.LEASE // 2
            return recipients <= queue_work.find_leased(tx, submission, self.owner, until)
