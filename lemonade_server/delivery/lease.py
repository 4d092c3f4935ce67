"""A worker's hold on a submission: renewed while it works, so that a dead worker is noticed."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from types import TracebackType

import structlog
from django.db import DatabaseError, connection

from lemonade_server.store import queue
from lemonade_server.store.db import transaction
from lemonade_server.store.errors import StoreFull

from . import schedule
from .client import LeaseLost

log = structlog.get_logger()


def new_owner() -> str:
    """A name no other attempt has, telling an operator which process it was."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"[-100:]


class Lease:
    """Keeps a claimed submission claimed, in a thread, until the block ends.

    >>> with Lease(submission, owner) as lease: ...; lease.confirm()
    """

    def __init__(self, submission: int, owner: str) -> None:
        self._submission = submission
        self.owner = owner
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
            log.warning("lease_not_renewed", submission=self._submission, error=str(error))
            connection.close_if_unusable_or_obsolete()

    def _renew(self) -> set[int]:
        now = int(time.time())
        with transaction() as tx:
            return queue.renew(tx, self._submission, self.owner, now, schedule.LEASE)

    def confirm(self, recipients: set[int]) -> None:
        """Make sure that these recipients are still ours, now. Raises LeaseLost."""
        if not recipients <= self._renew():
            raise LeaseLost(f"submission {self._submission} was taken over")
