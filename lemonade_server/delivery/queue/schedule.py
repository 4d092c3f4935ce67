"""When to try again, when to say that it takes long, and when to give up. All in seconds."""

from __future__ import annotations

import random

from lemonade_server.store.queue import Envelope

MINUTE, HOUR, DAY = 60, 3600, 86_400

PAUSES: tuple[int, ...] = (
    MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR,
)  # fmt: skip
"""After the first, second … failed attempt; the last one is repeated (RFC 5321 §4.5.4.1)."""

JITTER = 0.2
"""A pause may be longer by this part of it, so that what failed together does not come together."""

LIFETIME = 4 * DAY
"""A message that was not passed on in this time is returned."""

DELAY = 2 * HOUR
"""The sender is told once of a message that has waited for so long."""

LEASE = 90
"""A worker that has not renewed its lease for so long is taken for dead. Half of it must be left
when a message is handed over: longer than anybody waits for a lock (30 seconds on SQLite), so that
who only waits keeps what its host is still to answer for."""

TURN = 15
"""A place counts a worker that has not been heard of for so long no more. Nothing but the number of
connections depends on that, so that a place need not wait long for the dead."""

RENEWAL = 4
INSISTENCE = 600
"""What a host has taken is tried to be written down for so long, before it may be sent again."""

SWEEP = 5
KEPT = 14 * DAY
"""Finished submissions stay in the queue's history for so long."""


def pause(attempts: int) -> int:
    """How long to wait after so many failed attempts."""
    least = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
    return least + int(random.uniform(0, JITTER * least))


def next_attempt(envelope: Envelope, attempts: int, now: int) -> int | None:
    """When to try after ``attempts`` failures; None when the message is too old to go on.

    One that is to be returned when it is late is looked at again at that time (RFC 2852 §4.1.3).
    """
    expiry = envelope.begins_at + LIFETIME
    if envelope.is_urgent and envelope.by_at is not None:
        expiry = min(expiry, envelope.by_at)
    if now >= expiry:
        return None
    return min(now + pause(attempts), expiry)
