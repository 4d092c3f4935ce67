"""Signals around a fork: they wait until either side has handlers of its own.

Without it a stop that comes in between ends the parent alone, or is taken by the child as if it
were still the parent.
"""

from __future__ import annotations

import signal

_DEFERRED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def defer_signals() -> None:
    """What comes from now on is delivered by ``admit_signals``. A fork inherits this."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _DEFERRED)


def admit_signals() -> None:
    """To be called by both sides, once their handlers are in place."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _DEFERRED)
