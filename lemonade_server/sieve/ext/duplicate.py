"""``duplicate``: whether the owner has had such a message before (RFC 7352)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from ..call import Call
from ..outcome import Tracking
from ..registry import NUMBER, STRING, Tag, extension, test
from ..run import Check, Run

DUPLICATE = extension("duplicate", rfc=7352)
DAY = 86_400  # seconds
DEFAULT_PERIOD, LONGEST_PERIOD = 7 * DAY, 30 * DAY
COST = 100
"""Each is looked up in the store."""


@test(
    "duplicate",
    needs=DUPLICATE,
    tags=(
        Tag("handle", value=STRING),
        Tag("header", value=STRING, group="identifier"),
        Tag("uniqueid", value=STRING, group="identifier"),
        Tag("seconds", value=NUMBER),
        Tag("last"),
    ),
)
def duplicate(call: Call) -> Check:
    """An earlier run of the script has met the same identifier. It is remembered once this run
    has ended well, so that a message which comes again after a fault is none (§3).
    """
    identifier, handle, last = _identifier(call), call.tagged_text("handle"), call.has("last")
    given = call.tagged_number("seconds")
    period = DEFAULT_PERIOD if given is None else min(given, LONGEST_PERIOD)

    def check(run: Run) -> bool:
        found = identifier(run)
        if found is None or not period:
            return False
        run.spend(COST)
        tracking = Tracking(_digest(found, None if handle is None else handle.of(run)), period)
        met = run.host.is_tracked(tracking.digest)
        if last or not met:
            run.track(tracking)
        return met

    return check


def _identifier(call: Call) -> Callable[[Run], str | None]:
    """What makes messages the same; None where a message has none, which is like no other."""
    unique = call.tagged_text("uniqueid")
    if unique is not None:
        return unique.of
    header = call.tagged_text("header")

    def first(run: Run) -> str | None:
        values = run.values("message-id" if header is None else header.of(run))
        return values[0] or None if values else None

    return first


def _digest(identifier: str, handle: str | None) -> bytes:
    """Identifiers of different handles, or of none, have nothing to do with each other (§3)."""
    head = "-" if handle is None else f"{len(handle)}:{handle}"
    return hashlib.sha256(f"{head}{identifier}".encode("utf-8", "surrogatepass")).digest()
