"""When to try again, when to say that it takes long, and when to give up. All in seconds."""

from __future__ import annotations

MINUTE, HOUR, DAY = 60, 3600, 86_400

PAUSES = (
    MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR,
)  # fmt: skip
"""After the first, second … failed attempt; the last one is repeated (RFC 5321 §4.5.4.1)."""

LIFETIME = 4 * DAY
"""A message that was not passed on in this time is returned."""

DELAY_ATTEMPT = 6
"""The attempt after whose failure the sender is told once: about two hours after arrival."""

LEASE = 15
"""A worker that has not renewed its lease for so long is taken for dead."""

RENEWAL = 4
SWEEP = 5
KEPT = 14 * DAY
"""Finished submissions stay in the queue's history for so long."""


def pause(attempts: int) -> int:
    """How long to wait after so many failed attempts."""
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def next_attempt(arrived_at: int, attempts: int, now: int) -> int | None:
    """When to try after ``attempts`` failures; None when the message is too old to go on."""
    at = now + pause(attempts)
    expiry = arrived_at + LIFETIME
    if now >= expiry:
        return None
    return min(at, expiry)
