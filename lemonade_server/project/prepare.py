"""What must be done before the first process starts: tables, static files, demo mail.

It runs in a fork of its own, so that the supervisor never opens a database connection.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable

from django.db import Error

from .process_title import name_process
from .schema import bring_up_to_date
from .signal_mask import admit_signals, defer_signals
from .static_files import collect_static


def prepare(demo: bool) -> None:
    """Bring the data folder up to date."""
    bring_up_to_date()
    collect_static()
    if demo:
        from lemonade_server.demo.load import load_demo

        load_demo()


def start_preparing(demo: bool) -> Callable[[], bool]:
    """Run ``prepare`` in a child, meanwhile return a function that waits for its end.

    That gives False when it failed; the child has said why. SIGTERM ends both at any time.
    """
    sys.stdout.flush()
    defer_signals()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            admit_signals()
            name_process("preparing")
            prepare(demo)
            status = 0
        except (Error, OSError) as error:
            print(f"The data folder can't be used: {error}", file=sys.stderr)
        except Exception:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)

    def stop(number: int, frame: object) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(pid, number)
        sys.exit(128 + number)

    def wait() -> bool:
        status = os.waitpid(pid, 0)[1]
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return os.waitstatus_to_exitcode(status) == 0

    signal.signal(signal.SIGTERM, stop)
    admit_signals()
    return wait
