"""What ``ps`` and ``top`` show of a process."""

from __future__ import annotations

from setproctitle import setproctitle


def name_process(duty: str) -> None:
    """Say what this process does, in place of the command line that all have in common."""
    setproctitle(f"lemonade: {duty}")
