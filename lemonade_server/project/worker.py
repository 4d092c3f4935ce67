"""The Celery worker of ``serve``, whose scheduler is one of its threads.

Celery's own command line would load a shell with syntax highlighting, 20 MiB that nobody uses, and
``-B`` would start a process for the scheduler.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from typing import Any

import structlog
from celery import Celery, bootsteps
from celery.beat import Service
from celery.exceptions import SecurityWarning
from celery.signals import worker_ready

from .celery import app as celery_app
from .memory import give_back_at_rest

log = structlog.get_logger()

THREADS = 32


class SchedulerStep(bootsteps.StartStopStep):
    """Sends the periodic tasks while the worker runs."""

    label = "Scheduler"

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self._service: Service | None = None

    def start(self, parent: Any) -> None:
        self._service = Service(parent.app, scheduler_cls=parent.app.conf.beat_scheduler)
        threading.Thread(target=self._run, name="scheduler", daemon=True).start()

    def stop(self, parent: Any) -> None:
        """It is not waited for: it sleeps between two tasks, and what it forgets is found again."""
        if self._service is not None:
            self._service.stop()

    terminate = stop

    def _run(self) -> None:
        assert self._service is not None
        try:
            self._service.start()
        except Exception:
            log.exception("scheduler_ended")
            os.kill(os.getpid(), signal.SIGTERM)  # both are started again


def run_worker() -> None:
    """Run Celery tasks and send the periodic ones until SIGTERM.

    Threads: the work is waiting for other servers.
    """
    # To root Celery says that a pickled message could do anything. Ours are JSON, and no other.
    warnings.simplefilter("ignore", SecurityWarning)
    # To Celery SIGHUP means to run the command line again, which here is that of everything.
    worker_ready.connect(lambda **_: signal.signal(signal.SIGHUP, signal.SIG_IGN), weak=False)
    # Nobody would read the results of Django's checks, and they write on memory that is shared.
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    give_back_at_rest()
    sys.exit(_worker(celery_app))


def _worker(app: Celery) -> int:
    """Its exit status, once it has ended."""
    app.steps["worker"].add(SchedulerStep)
    worker = app.Worker(
        pool="threads",
        concurrency=THREADS,
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return worker.exitcode or 0
