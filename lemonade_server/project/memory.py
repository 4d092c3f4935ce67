"""How memory is given out and given back: by the C library's allocator, and by Python."""

from __future__ import annotations

import atexit
import ctypes
import gc

M_MMAP_THRESHOLD = -3  # of glibc's mallopt
OWN_PAGES = 262_144


def keep_buffers_apart() -> None:
    """Give each buffer of 256 KiB or more pages of its own, which go back when it is freed.

    By itself glibc would soon take them from the heap, where every connection opened meanwhile
    then holds pages that nobody uses. Elsewhere nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, OWN_PAGES)


def keep_what_is_loaded() -> None:
    """Let Python collect garbage, but look for it among what is there now only at the end.

    At the end it must: the last connection to SQLite folds the log back when it is closed.
    """
    gc.freeze()
    atexit.register(gc.unfreeze)
    gc.enable()


def share_what_is_loaded() -> None:
    """Prepare this process for its forks: what is loaded stays theirs in common.

    A look for garbage would write on every object. Call it last, after all that they need was
    loaded; connections, threads, event loops and files that they lock are opened after the fork.
    """
    gc.collect()
    gc.freeze()
