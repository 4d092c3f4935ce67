"""What an operator may do with a queued recipient, and the sender with a message of theirs."""

from __future__ import annotations

import time
from collections.abc import Callable

from lemonade_server.store import destinations, events, operator_actions
from lemonade_server.store.db import Tx
from lemonade_server.store.events import QueueEvent
from lemonade_server.store.operator_actions import Concerned

from .wakeups import wake


def retry(tx: Tx, recipient: int, by: str = "") -> bool:
    """Try again now, also after a final failure; False when it was passed on or is being sent.

    One that is to be released later stays until then (RFC 4865 §4.2).
    """
    return _go(tx, recipient, operator_actions.reopen, f"retried {by}")


def release(tx: Tx, recipient: int, by: str = "") -> bool:
    """Let a held recipient go on; False when it is not held."""
    return _go(tx, recipient, operator_actions.release, f"released {by}")


def hold(tx: Tx, recipient: int, by: str = "") -> bool:
    """Keep a waiting recipient until it is released; False when it is too late for that."""
    return _note(tx, recipient, operator_actions.hold(tx, recipient, _now()), f"held {by}")


def cancel(tx: Tx, recipient: int, by: str = "") -> bool:
    """Give up a waiting recipient without a report; False when it is too late for that."""
    return _note(tx, recipient, operator_actions.cancel(tx, recipient, _now()), f"cancelled {by}")


def reroute(tx: Tx, recipient: int, place: str, by: str = "") -> bool:
    """Send it to another place (``places.chosen``) from now on; False when it is too late."""
    found = operator_actions.reroute(tx, recipient, place, _now())
    if not _note(tx, recipient, found, f"rerouted to {place} {by}"):
        return False
    _set_off(tx, place)
    return True


def _go(
    tx: Tx, recipient: int, act: Callable[[Tx, int, int], Concerned | None], words: str
) -> bool:
    found = act(tx, recipient, _now())
    if found is not None:
        _set_off(tx, found[1])
    return _note(tx, recipient, found, words)


def _set_off(tx: Tx, place: str) -> None:
    destinations.try_now(tx, place)
    tx.after_commit(lambda: wake(place))


def _note(tx: Tx, recipient: int, found: Concerned | None, words: str) -> bool:
    if found is None:
        return False
    events.add(tx, QueueEvent(found[0], recipient, _now(), events.STEERED, words=words.strip()))
    return True


def _now() -> int:
    return int(time.time())
