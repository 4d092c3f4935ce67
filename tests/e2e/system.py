"""The whole system as a newcomer starts it: ``manage.py serve --demo`` on free ports."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests import processes, templates
from tests.mailserver import PORTS, free_ports, make_static_files

START_SECONDS = 200.0
LOG = "serve.log"


class System:
    """One supervisor with its processes over a data folder of its own."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.url = f"http://127.0.0.1:{self.ports['web']}"
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("LEMONADE_", "DJANGO_"))},
            "LEMONADE_DATA": str(data),
            **{f"LEMONADE_{name.upper()}_PORT": str(port) for name, port in self.ports.items()},
            **{f"LEMONADE_{name}": value for name, value in settings.items()},
        }
        self.supervisor: processes.Process | None = None

    def manage(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command to its end; nothing is checked."""
        return processes.run(["manage.py", *words], self._environment, stdin, timeout=START_SECONDS)

    def start(self) -> float:
        """Start everything; seconds until /healthz answers 200."""
        if not (self.data / "static").exists():
            self._copy_template()
        return self.start_from_what_is_there()

    def _copy_template(self) -> None:
        """What a first start makes, but of a store that is not in the data folder."""
        if self._environment.keys() & {"LEMONADE_DATABASE_URL", "LEMONADE_BLOB_URL"}:
            found = templates.template("static", make_static_files)
            shutil.copytree(found / "static", self.data / "static")
        else:
            templates.copy(templates.template("demo", make_demo), self.data)

    def start_from_what_is_there(self) -> float:
        """Start everything over the data folder as it is; seconds until /healthz answers 200."""
        began = time.monotonic()
        with (self.data / LOG).open("ab") as log:
            words = ("manage.py", "serve", "--demo")
            self.supervisor = processes.start(words, self._environment, log, log)
        while (state := self.health())[0] != 200:
            late = time.monotonic() - began > START_SECONDS
            assert not late and self.supervisor.poll() is None, f"{state}\n{self.log()}"
            time.sleep(0.05)
        return time.monotonic() - began

    def renew(self) -> None:
        """Begin again with the demo's mail, at the same ports. The log goes on."""
        assert self.stop() == 0
        for path in self.data.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != LOG:
                path.unlink()
        self.start()

    def health(self) -> tuple[int, dict[str, Any]]:
        """Status and body of /healthz; status 0 when nobody listens."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)
        except OSError:
            return 0, {}

    def log(self) -> str:
        return (self.data / LOG).read_text(encoding="utf-8", errors="replace")

    def children(self) -> list[int]:
        """The supervisor's processes, in the order of starting."""
        assert self.supervisor is not None
        path = Path(f"/proc/{self.supervisor.pid}/task/{self.supervisor.pid}/children")
        return [int(pid) for pid in path.read_text(encoding="ascii").split()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop; its exit status. What is left must be sound, to the last octet."""
        assert self.supervisor is not None
        self.supervisor.send_signal(number)
        status = self.supervisor.wait(60)
        checked = self.manage("checkstore", "--deep")
        assert checked.returncode == 0, checked.stdout + checked.stderr
        return status


def make_demo(data: Path) -> None:
    """What the first start of ``serve --demo`` makes."""
    first = System(data)
    first.start_from_what_is_there()
    assert first.stop() == 0
