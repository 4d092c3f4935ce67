"""One parent process that starts, watches, restarts and stops the others.

The parent imports everything once and then forks, so a child is up in milliseconds and shares
its memory; it therefore never starts a thread and never opens a database connection itself.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .process_title import name_process
from .signal_mask import admit_signals, defer_signals

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY = 60.0  # seconds a child must live before its back-off starts anew
GRACE = 10.0  # seconds to stop in before SIGKILL


@dataclass(slots=True)
class Child:
    """One kind of process: ``run`` is its whole life, in the fork.

    ``reloads``: it handles SIGHUP, which is passed on to it. For all others it means nothing.
    """

    name: str
    run: Callable[[], None]
    reloads: bool = False
    pid: int = 0
    started: float = 0.0
    pause: float = FIRST_PAUSE
    restart_at: float = field(default=0.0)


class Supervisor:
    """Runs the children in the given order until SIGINT or SIGTERM; stops them in reverse.

    SIGHUP is passed on to those that reload something; ``reload`` does it in the parent, for those
    that it starts later. It ends everything where it means that the terminal has gone.
    """

    def __init__(
        self, children: Sequence[Child], reload: Callable[[], object] = lambda: None
    ) -> None:
        self._children = list(children)
        self._reload = reload
        self._stopping = self._reloading = False
        self._had_terminal = (
            signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN and _has_terminal()
        )
        # Children hold the reading end: it closes when the parent dies, however it dies.
        self._lifeline = os.pipe()
        self._wakeup = os.pipe()

    def run(self) -> int:
        """Returns the exit status of the whole: 0 after an ordered stop."""
        name_process("supervisor")
        self._catch_signals()
        for child in self._children:
            self._start(child)
        while not self._stopping:
            self._reap()
            self._restart_due()
            self._pass_on_reload()
            self._sleep()
        self._stop()
        return 0

    def _catch_signals(self) -> None:
        for end in self._wakeup:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wakeup[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGHUP, self._ask_to_reload)

    def _ask_to_stop(self, *_: object) -> None:
        self._stopping = True

    def _ask_to_reload(self, *_: object) -> None:
        self._reloading = True

    def _pass_on_reload(self) -> None:
        if not self._reloading:
            return
        self._reloading = False
        if self._had_terminal and not _has_terminal():
            self._stopping = True
            return
        self._reload()
        for child in self._children:
            if child.pid and child.reloads:
                self._signal(child, signal.SIGHUP)

    def _sleep(self) -> None:
        if self._stopping:
            return
        due = [child.restart_at for child in self._children if not child.pid]
        pause = max(0.0, min(due) - time.monotonic()) if due else None
        ready, _, _ = select.select([self._wakeup[0]], [], [], pause)
        if ready:
            os.read(self._wakeup[0], 4096)

    def _start(self, child: Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        defer_signals()
        pid = os.fork()
        if pid == 0:
            self._live(child)
        child.pid = pid
        admit_signals()
        child.started = time.monotonic()

    def _live(self, child: Child) -> None:
        """The child's life. Never returns."""
        status = 1
        try:
            name_process(child.name)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            # Ctrl-C and the end of a terminal reach the whole group; the parent alone decides.
            for number in (signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            admit_signals()
            for end in (*self._wakeup, self._lifeline[1]):
                os.close(end)
            threading.Thread(target=self._die_with_parent, daemon=True).start()
            child.run()
            status = 0
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _die_with_parent(self) -> None:
        os.read(self._lifeline[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        os.kill(os.getpid(), signal.SIGKILL)

    def _reap(self) -> None:
        for child in self._children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                self._note_death(child)

    def _note_death(self, child: Child) -> None:
        now = time.monotonic()
        if now - child.started > STEADY:
            child.pause = FIRST_PAUSE
        child.pid = 0
        child.restart_at = now + child.pause
        print(f"{child.name} ended; starting it again in {child.pause:g} s", file=sys.stderr)
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _restart_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if not child.pid and child.restart_at <= now:
                self._start(child)

    def _stop(self) -> None:
        for child in reversed(self._children):
            if child.pid:
                self._signal(child, signal.SIGTERM)
                self._await_end(child)

    def _await_end(self, child: Child) -> None:
        deadline = time.monotonic() + GRACE
        while not os.waitpid(child.pid, os.WNOHANG)[0]:
            if time.monotonic() > deadline:
                print(f"{child.name} did not stop in {GRACE:g} s: killed", file=sys.stderr)
                self._signal(child, signal.SIGKILL)
                os.waitpid(child.pid, 0)
                return
            time.sleep(0.02)

    def _signal(self, child: Child, number: int) -> None:
        try:
            os.kill(child.pid, number)
        except ProcessLookupError:
            return


def _has_terminal() -> bool:
    """Whether a terminal controls this process, and is still there."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
