"""One worker's way to one place: message after message over one connection, while any is due.

A place that can't be reached holds up nobody else's mail, and is tried by one message for all that
wait for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.conf import settings

from lemonade_server.store import destinations, queue, queue_work
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.store.shared_commit import run_shared

from ..local import precompilation
from ..relay.replies import HostReply, LeaseLost
from ..relay.session import RelaySession, Unreachable
from . import clock_steps, destination_names, schedule
from .lease import Lease, new_owner
from .local_recipients import deliver_here
from .outcomes import Attempt, record
from .wakeups import wake

BATCH = 8
"""Submissions that are leased together, in one commit."""

MOST_AT_ONCE = 100
"""Recipients of one SMTP transaction: every server takes that many (RFC 5321 §4.5.3.1.8)."""

log = structlog.get_logger()


@dataclass(slots=True)
class LeasedMessage:
    """A message and those of its recipients that are worked on."""

    envelope: Envelope
    targets: list[Target]


def run(place: str) -> int:
    """Work on all that is due at a place, until nothing is; how many recipients there were.

    None when enough others are there already, or the place is left alone for a while. Each
    outcome is written as soon as it is known: what was sent is never sent again.
    """
    courier = _Courier(place)
    if not courier.enter():
        return 0
    try:
        return courier.work()
    finally:
        courier.leave()


class _Courier:
    """``failures`` tells how often in a row the place was not reached before."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._lease = Lease(new_owner())
        self._owner = self._lease.owner
        self._link = RelaySession(place, settings.LEMONADE.hostname)
        self._failures = 0
        self._down: Unreachable | None = None
        self._batch: list[LeasedMessage] = []

    def enter(self) -> bool:
        """Take one of the place's turns, and the first batch with it; whether there is any."""
        limit = settings.LEMONADE.relay_connections
        with transaction() as tx:
            now = int(time.time())
            if not destinations.enter(tx, self._place, self._owner, now, schedule.TURN, limit):
                return False
            self._failures = destinations.failures(tx, self._place)
            self._batch = self._claim(tx)
            if not self._batch:
                destinations.leave(tx, self._owner)
        return bool(self._batch)

    def leave(self) -> None:
        """Hang up, and make room for others."""
        self._link.close()
        if self._batch:  # something went wrong in the middle
            with transaction() as tx:
                destinations.leave(tx, self._owner)

    def work(self) -> int:
        """The batch and all that follow it."""
        count = 0
        with self._lease:
            while self._batch:
                self._lease.covers([parcel.envelope.id for parcel in self._batch])
                for parcel in self._batch:
                    count += len(parcel.targets)
                    self._serve(parcel)
                self._batch = run_shared(self._next)
        return count

    def _next(self, tx: Tx) -> list[LeasedMessage]:
        batch = self._claim(tx)
        if not batch:
            destinations.leave(tx, self._owner)
        return batch

    def _claim(self, tx: Tx) -> list[LeasedMessage]:
        """Lease what is due. What goes to another place by now is given back for that one."""
        now = int(time.time())
        found = queue_work.claim(
            tx, self._place, self._owner, now, schedule.LEASE, BATCH, clock_steps.lapsed_by(now)
        )
        parcels = []
        for submission, targets in found.items():
            envelope = queue.find_envelope(tx, submission)
            staying = [target for target in targets if not self._move(tx, target)]
            if envelope is not None and staying:
                parcels.append(LeasedMessage(envelope, staying))
        return parcels

    def _move(self, tx: Tx, target: Target) -> bool:
        if destination_names.is_explicit(self._place) or self._place != target.place:
            return False
        place = destination_names.destination_of(tx, target.address)
        if place == self._place or not queue_work.move(tx, target, self._owner, place):
            return False
        tx.after_commit(lambda: wake(place))
        return True

    def _serve(self, parcel: LeasedMessage) -> None:
        """One message, whatever happens: one that brings out a bug must wait its turn too."""
        if self._place == destination_names.HERE:
            self._deliver(parcel)
            return
        for group in _groups(parcel.targets):
            try:
                tried = self._try(parcel.envelope, group)
            except LeaseLost:
                log.warning("lease_lost", submission=parcel.envelope.id)
                return
            except Exception:
                log.exception("relay_failed", submission=parcel.envelope.id)
                self._link.close()
                tried = Attempt(group, [_fault()] * len(group))
            record(parcel.envelope, tried, self._owner)

    def _deliver(self, parcel: LeasedMessage) -> None:
        try:
            addresses = [target.address for target in parcel.targets]
            with precompilation.filters_of(addresses), transaction() as tx:
                deliver_here(tx, parcel.envelope, parcel.targets, self._owner, int(time.time()))
        except Exception:
            log.exception("delivery_failed", submission=parcel.envelope.id)
            tried = Attempt(parcel.targets, [_fault()] * len(parcel.targets))
            record(parcel.envelope, tried, self._owner)

    def _try(self, envelope: Envelope, targets: list[Target]) -> Attempt:
        """Raises LeaseLost. TLS may be all that can't be had of a place: what may go without is
        tried all the same.
        """
        down = self._down
        if down is None or envelope.tls == queue.TLS_OPTIONAL:
            recipients = {target.id for target in targets}
            try:
                given = self._link.give(
                    envelope, targets, lambda: self._lease.confirm(envelope.id, recipients)
                )
            except Unreachable as error:
                self._down = down = error
                self._leave_alone(error)
            else:
                is_taken = any(answer.code < 400 for answer in given.answers)
                if not envelope.tls or (envelope.wants_tls and is_taken):
                    self._note_reached()
                return Attempt(targets, given.answers, given.host)
        return Attempt(targets, [down.answer] * len(targets), down.host)

    def _leave_alone(self, down: Unreachable) -> None:
        """What is temporary is tried again later, by one message for all of the place."""
        if down.answer.code // 100 != 4:
            return
        count = self._failures + 1
        until = int(time.time()) + schedule.pause(count)
        log.info("unreachable", place=self._place, failures=count, reason=down.answer.text)
        with transaction() as tx:
            destinations.record_failure(tx, self._place, count, until, down.answer.text)

    def _note_reached(self) -> None:
        if self._failures:
            self._failures = 0
            with transaction() as tx:
                destinations.record_success(tx, self._place)


def _fault() -> HostReply:
    return HostReply(451, "4.3.0", "a fault in this server")


def _groups(targets: list[Target]) -> Iterator[list[Target]]:
    for at in range(0, len(targets), MOST_AT_ONCE):
        yield targets[at : at + MOST_AT_ONCE]
