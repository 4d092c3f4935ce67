"""A small supervised family for test_supervisor.py: each child writes its pid and how it ended.

Run as ``python supervised.py GRACE FOLDER NAME…``; a child whose name starts with ``stubborn``
ignores SIGTERM, one whose name starts with ``reloading`` is passed SIGHUP and notes it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path

from lemonade_server.project import supervisor
from lemonade_server.project.supervisor import Child, Supervisor

supervisor.GRACE = float(sys.argv[1])
folder = Path(sys.argv[2])


def life(name: str) -> None:
    def stop(*_: object) -> None:
        with open(folder / "stopped", "a", encoding="ascii") as log:
            log.write(f"{name}\n")
        sys.exit(0)

    def reload(*_: object) -> None:
        with open(folder / "reloaded", "a", encoding="ascii") as log:
            log.write(f"{name}\n")

    if name.startswith("reloading"):
        signal.signal(signal.SIGHUP, reload)
    stubborn = name.startswith("stubborn")
    signal.signal(signal.SIGTERM, signal.SIG_IGN if stubborn else stop)
    draft = folder / f"{name}.draft"
    draft.write_text(str(os.getpid()), encoding="ascii")
    draft.replace(folder / name)
    while True:
        time.sleep(60)


children = [
    Child(name, partial(life, name), reloads=name.startswith("reloading")) for name in sys.argv[3:]
]
sys.exit(Supervisor(children, lambda: (folder / "parent").touch()).run())
