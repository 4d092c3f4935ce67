"""Passing a queued message on to the hosts of its recipients, once."""

from __future__ import annotations

import time
from collections.abc import Iterator

import structlog
from django.conf import settings

from lemonade_server.store import queue
from lemonade_server.store.db import transaction
from lemonade_server.store.queue import Envelope, Target

from . import schedule
from .again import deliver_here
from .client import Answer, HostFailed, LeaseLost, transfer
from .hosts import Host, NoHost, mail_hosts, relay_host
from .lease import Lease, new_owner
from .record import Tried, record
from .route import domain_of

MOST_AT_ONCE = 100
"""Recipients of one SMTP transaction: every server takes that many (RFC 5321 §4.5.3.1.8)."""

log = structlog.get_logger()


def relay(submission: int) -> int:
    """Work on every due recipient of a submission that nobody else works on; how many there were.

    Each group's outcome is written as soon as it is known: what was sent is never sent again.
    """
    owner = new_owner()
    now = int(time.time())
    with transaction() as tx:
        targets = queue.claim(tx, submission, owner, now, schedule.LEASE)
        envelope = queue.envelope(tx, submission) if targets else None
        if envelope is None:
            return 0
        elsewhere = deliver_here(tx, envelope, targets, owner, now)
    with Lease(submission, owner) as lease:
        for group in _groups(elsewhere):
            try:
                tried = _try(envelope, group, lease)
            except LeaseLost:
                log.warning("lease_lost", submission=submission)
                break
            except Exception:
                # A message that brings out a bug must wait its turn like any other.
                log.exception("relay_failed", submission=submission)
                tried = Tried(group, [Answer(451, "4.3.0", "a fault in this server")] * len(group))
            record(envelope, tried, owner)
    return len(targets)


def _groups(targets: list[Target]) -> Iterator[list[Target]]:
    """Recipients that go to the same place together."""
    groups: dict[str, list[Target]] = {}
    for target in targets:
        place = "" if settings.LEMONADE.relay_url else domain_of(target.address)
        groups.setdefault(place, []).append(target)
    for group in groups.values():
        for at in range(0, len(group), MOST_AT_ONCE):
            yield group[at : at + MOST_AT_ONCE]


def _hosts(domain: str) -> list[Host]:
    """Raises NoHost."""
    url = settings.LEMONADE.relay_url
    if not url:
        return mail_hosts(domain)
    try:
        return [relay_host(url)]
    except ValueError as error:
        raise NoHost("4.3.5", str(error)) from error


def _try(envelope: Envelope, targets: list[Target], lease: Lease) -> Tried:
    """Offer the message to one host after the other until one answers. Raises LeaseLost."""
    recipients = {target.id for target in targets}
    failure = Answer(421, "4.4.1", "no host was found")
    name = ""
    try:
        hosts = _hosts(domain_of(targets[0].address))
    except NoHost as error:
        code = 550 if error.status.startswith("5") else 450
        return Tried(targets, [Answer(code, error.status, error.text)] * len(targets))
    for host in hosts:
        name = host.name
        try:
            answers = transfer(
                host, envelope, targets, settings.LEMONADE.hostname,
                lambda: lease.confirm(recipients),
            )  # fmt: skip
        except HostFailed as error:
            failure = Answer(421, "4.4.1", str(error))
            continue
        return Tried(targets, answers, name)
    return Tried(targets, [failure] * len(targets), name)
