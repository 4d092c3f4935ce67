"""What an operator may do with a queued recipient: send it now, or not at all."""

from __future__ import annotations

import time

from lemonade_server.store import queue
from lemonade_server.store.db import Tx

from .wake import wake


def retry(tx: Tx, recipient: int) -> bool:
    """Try again now, also after a final failure; False when it was passed on or is being sent."""
    submission = queue.reopen(tx, recipient, int(time.time()))
    if submission is None:
        return False
    tx.after_commit(lambda: wake(submission))
    return True


def cancel(tx: Tx, recipient: int) -> bool:
    """Give up a waiting recipient without a report; False when it is too late for that."""
    return queue.cancel(tx, recipient, int(time.time()))
