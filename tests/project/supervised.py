"""A small supervised family for test_supervisor.py: each child writes its pid and how it ended.

Run as ``python supervised.py FOLDER NAME…``; a child whose name starts with ``stubborn`` ignores
SIGTERM.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from lemonade_server.project import supervisor
from lemonade_server.project.supervisor import Child, Supervisor

supervisor.GRACE = 0.5
folder = Path(sys.argv[1])


def life(name: str) -> None:
    def stop(*_: object) -> None:
        with open(folder / "stopped", "a", encoding="ascii") as log:
            log.write(f"{name}\n")
        sys.exit(0)

    stubborn = name.startswith("stubborn")
    signal.signal(signal.SIGTERM, signal.SIG_IGN if stubborn else stop)
    draft = folder / f"{name}.draft"
    draft.write_text(str(os.getpid()), encoding="ascii")
    draft.replace(folder / name)
    while True:
        time.sleep(60)


children = [Child(name, lambda name=name: life(name)) for name in sys.argv[2:]]
sys.exit(Supervisor(children).run())
