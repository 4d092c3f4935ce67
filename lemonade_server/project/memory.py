"""How memory is given out and given back: by the C library's allocator, and by Python."""

from __future__ import annotations

import atexit
import ctypes
import gc
import threading
import time

from django.db import connections

M_MMAP_THRESHOLD = -3  # of glibc's mallopt
OWN_PAGES = 262_144
PERIOD = 30.0  # seconds between two looks whether this process rests
RESTING = 0.01  # of a core is used at most by one that rests


def keep_buffers_apart() -> None:
    """Give each buffer of 256 KiB or more pages of its own, which go back when it is freed.

    By itself glibc would soon take them from the heap, where every connection opened meanwhile
    then holds pages that nobody uses. Elsewhere nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, OWN_PAGES)


def give_back() -> None:
    """Return to the system what was freed in the middle of the heap. Takes milliseconds.

    The allocator itself returns only what lies at its end: where a thousand handshakes were made
    at once, all that they needed would stay. Elsewhere than with glibc nothing is done.
    """
    malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if malloc_trim is not None:
        malloc_trim(0)


def give_back_at_rest() -> None:
    """From now on do so once after each time of work, when this process has come to rest."""
    threading.Thread(target=_watch, name="memory", daemon=True).start()


def _watch() -> None:
    has_worked, before = True, time.process_time()
    while True:
        time.sleep(PERIOD)
        now = time.process_time()
        if now - before > RESTING * PERIOD:
            has_worked = True
        elif has_worked:
            give_back()
            has_worked = False
        before = time.process_time()


def keep_what_is_loaded() -> None:
    """Let Python collect garbage, but never look for it among what is there now.

    Not at the end either, as it would by itself: that takes half a second. What must be closed then
    is closed: the last connection to SQLite folds the log back.
    """
    gc.freeze()
    atexit.register(connections.close_all)
    gc.enable()


def share_what_is_loaded() -> None:
    """Prepare this process for its forks: what is loaded stays theirs in common.

    A look for garbage would write on every object. Call it last, after all that they need was
    loaded; connections, threads, event loops and files that they lock are opened after the fork.
    """
    gc.collect()
    gc.freeze()
    give_back()
