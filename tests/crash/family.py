"""Everything under its supervisor, whose children a test shoots, and looks at what is left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from bench.imap import Imap
from tests.mailserver import PASSWORD, MailServer

TARGETS = ("mail-1", "mail-2", "mail-1", "mail-2", "worker", "worker-2", "web")
"""Who is shot at, the more often the more there is to lose."""


class System(MailServer):
    """Everything under a supervisor; its children can be shot."""

    command = ("-m", "tests.crash.system")
    ready = "mail server ready"

    def shoot(self, name: str) -> bool:
        """kill -9; False when the process is not up at the moment."""
        try:
            os.kill(int((self.data / "pids" / name).read_text("ascii")), signal.SIGKILL)
        except (OSError, ValueError):
            return False
        return True

    def pids(self) -> list[int]:
        """Of all the children."""
        return [int((self.data / "pids" / name).read_text("ascii")) for name in set(TARGETS)]


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"after {seconds:g} s still not: {what}"
        time.sleep(0.1)


def fetched(system: System, email: str, mailbox: str) -> list[bytes]:
    """The messages of a mailbox, each with the line that announced it."""
    return everything(system, email, mailbox)[mailbox]


def everything(system: System, email: str, *names: str) -> dict[str, list[bytes]]:
    """The same of several mailboxes."""
    client = Imap("127.0.0.1", system.ports["imap"])
    client.login(email, PASSWORD)
    found = {}
    for name in names:
        client.command(b"EXAMINE " + name.encode())
        found[name] = client.command(b"UID FETCH 1:* (BODY.PEEK[])")[:-1]
    client.close()
    return found


def settled(system: System) -> bool:
    """Whether nothing waits any more, neither in the queue nor in the webmail's outbox."""
    queued = system.call("sql", "SELECT COUNT(*) FROM recipient WHERE state = 'queued'", [])
    waiting = "SELECT COUNT(*) FROM webmail_outbox WHERE state IN ('composed', 'submitting')"
    return bool(queued == [[0]] and system.call("sql", waiting, []) == [[0]])
