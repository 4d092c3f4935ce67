"""Runs a full-screen program in a pseudo terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import threading
from pathlib import Path


def run(command: list[str], home: Path, seconds: float = 30.0) -> None:
    """Run to its end. It must exit with 0 in time; else the error shows what it painted."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "HOME": str(home), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    painted: list[bytes] = []

    def look() -> None:
        with contextlib.suppress(OSError):  # the program has closed its side
            while data := os.read(ours, 65_536):
                painted.append(data)

    viewer = threading.Thread(target=look)
    try:
        process = subprocess.Popen(
            command, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, cwd=home
        )
        os.close(theirs)
        viewer.start()
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = -1
        viewer.join()
    finally:
        os.close(ours)
    text = b"".join(painted).decode("utf-8", "replace")
    assert status == 0, f"{command[0]} ended with {status}:\n{text[-3000:]}"
