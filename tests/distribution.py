"""Which tests go to one worker together, and which go first.

The tests of a file share its fixtures, so they stay together; files that share a system which is
dear to start do so too. What takes long goes first: begun last, it would run alone at the end, and
the other workers would have nothing to do.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

LONG: tuple[tuple[str, ...], ...] = (
    ("management/test_restore.py",),
    tuple(
        f"e2e/test_{name}.py"
        for name in (
            "admin", "bad_input_web", "designed", "identities", "lists", "pages", "story",
            "writing",
        )
    ),
    ("test_transcripts.py",),
    ("crash/*",),
    ("imap/test_idle_history.py", "imap/test_notify_history.py"),
    ("imap/test_reconnect_history.py", "imap/test_context_history.py", "imap/test_at_once.py",
     "imap/test_shared.py"),
    ("e2e/test_serve.py",),
    ("e2e/test_bad_input_full_disk.py",),
    ("imap/test_processes.py",),
    ("delivery/test_worker.py",),
    ("management/test_first_command.py",),
    ("e2e/test_database_away.py",),
    ("e2e/test_clock_steps.py",),
    ("project/test_upgrade.py",),
    ("webmail/test_sandbox.py",),
    ("convert/test_decoder_pool.py",),
    ("project/test_data_folder.py",),
    ("test_processes.py",),
    ("corpus/*",),
    ("imap/*", "e2e/*"),
)  # fmt: skip
"""Patterns of files below ``tests``, the longest first. Each row but the last is of one worker."""


def row_of(nodeid: str) -> int:
    """The first row of LONG in which the test's file is; ``len(LONG)`` for all others."""
    file = nodeid.partition("::")[0].removeprefix("tests/")
    for number, patterns in enumerate(LONG):
        if any(fnmatchcase(file, pattern) for pattern in patterns):
            return number
    return len(LONG)


class Distribution(LoadScopeScheduling):
    """Gives the workers rows of LONG and then files, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        row = row_of(nodeid)
        return f"row {row}" if row < len(LONG) - 1 else nodeid.partition("::")[0]

    def remove_node(self, node: WorkerController) -> str | None:
        """The test at which a worker died, if it did, and it is not tried again.

        xdist would give all that the worker has ever had to the next one, which then waits for
        ever: it is sent the first of it, in which there is nothing left to do.
        """
        left = _left_of(self.assigned_work.pop(node))
        if not left:
            return None
        first = next(iter(left.values()))
        died_at = next(nodeid for nodeid, is_done in first.items() if not is_done)
        first[died_at] = True
        self.workqueue.update(_left_of(left))
        for other in self.nodes:
            self._reschedule(other)
        return died_at

    def _reschedule(self, node: WorkerController) -> None:
        """A worker begins a test when it knows which one follows, or that none does."""
        if node not in self.registered_collections:
            return  # it came for one that died, and is not ready yet
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            super()._reschedule(node)


def _left_of(units: dict[str, dict[str, bool]]) -> dict[str, dict[str, bool]]:
    """Those in which there is something to do."""
    return {scope: unit for scope, unit in units.items() if not all(unit.values())}


def sort(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker: what takes long comes first. By itself a run has the order of the folders."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: row_of(item.nodeid))
