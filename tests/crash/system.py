"""The whole system under its supervisor, as ``manage.py serve`` runs it, ready to be shot at.

Pauses and leases are short, so that a test sees many of them; there are two workers, so that one
can take over from the other. Each process writes its pid to ``pids/NAME`` in the data folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta

import django

LEASE = 8
"""Seconds: short, and still longer than a busy machine keeps a worker from renewing it."""

RENEWAL = 1


def main() -> None:
    from django.conf import settings

    from lemonade_server.delivery.queue import schedule
    from lemonade_server.net.certificate import server_certificate
    from lemonade_server.project import asgi, processes, supervisor
    from lemonade_server.project.worker import run_worker
    from webmail.outgoing import attempts

    del asgi
    schedule.LEASE, schedule.RENEWAL, schedule.SWEEP = LEASE, RENEWAL, 1
    schedule.TURN = LEASE
    schedule.PAUSES = (1, 1, 2)
    attempts.LEASE, attempts.RENEW = timedelta(seconds=LEASE), float(RENEWAL)
    attempts.FIRST_WAIT = 1
    supervisor.FIRST_PAUSE = supervisor.LONGEST_PAUSE = 0.1
    env = settings.LEMONADE
    certificate = server_certificate(env.tls_cert, env.tls_key, env.data, env.hostname)
    children = processes.children(certificate)
    children.append(supervisor.Child("worker-2", run_worker))
    for child in children:
        child.pause = 0.1
        child.run = noted(child.name, child.run)
    sys.exit(supervisor.Supervisor(children).run())


def noted(name: str, life: Callable[[], None]) -> Callable[[], None]:
    """The same life, which begins by telling its pid."""
    from django.conf import settings

    folder = settings.LEMONADE.data / "pids"
    folder.mkdir(exist_ok=True)

    def run() -> None:
        draft = folder / f"{name}.draft"
        draft.write_text(str(os.getpid()), encoding="ascii")
        draft.replace(folder / name)
        life()

    return run


if __name__ == "__main__":
    django.setup()
    main()
