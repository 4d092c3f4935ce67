"""One commit for what several threads want written at the same moment.

For workers whose threads each write a little and wait for the disk: the first one there writes for
all that came in the meantime. No thread of its own is needed for that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import Error

from .errors import Unavailable
from .group_commit import write_group
from .thread_pool import Job
from .tx import Tx

T = TypeVar("T")

_writing = threading.Lock()
_guard = threading.Lock()
_waiting: list[tuple[Job, Future[Any]]] = []


def run_shared(job: Callable[[Tx], T]) -> T:
    """What ``job`` returns in a transaction that is on the disk by then; not within another one.

    It may be run a second time after a rollback. Raises what it raises, Error, StoreFull and
    Unavailable.
    """
    future: Future[Any] = Future()
    with _guard:
        _waiting.append((job, future))
    with _writing:
        if not future.done():
            _write_all()
    return cast("T", future.result())


def _write_all() -> None:
    with _guard:
        taken = _waiting.copy()
        _waiting.clear()
    try:
        outcomes = write_group([job for job, _ in taken])
    except BaseException as trouble:
        outcomes = [(None, trouble)] * len(taken)
    for (_, future), (result, error) in zip(taken, outcomes, strict=True):
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
    if any(isinstance(error, Error | Unavailable) for _, error in outcomes):
        connections[DEFAULT_DB_ALIAS].close_if_unusable_or_obsolete()
