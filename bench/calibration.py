"""What this machine does without us: for comparing figures of different machines and hours."""

from __future__ import annotations

import os
import statistics

from .figures import Figure, milliseconds
from .server import Server

NAME = "calibration"
LOOPS = 1_000_000
WRITES = 40
OCTETS = 65_536


def _loop() -> None:
    total = 0
    for number in range(LOOPS):
        total += number & 7


def run(server: Server) -> list[Figure]:
    """A loop in Python, and a write that must reach the disk the server writes to."""
    loop = min(milliseconds(_loop) for _ in range(5))
    path = server.data / "calibration"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    block = os.urandom(OCTETS)

    def write() -> None:
        os.pwrite(file, block, 0)
        os.fdatasync(file)

    try:
        times = [milliseconds(write) for _ in range(WRITES)]
    finally:
        os.close(file)
        path.unlink()
    return [
        Figure(NAME, "1,000,000 turns of a Python loop", loop, "ms"),
        Figure(NAME, "64 KiB to the disk, p50", statistics.median(times), "ms"),
    ]
