"""What each process of the system does, from its first line to its last."""

from __future__ import annotations

import asyncio
import signal
import warnings
from functools import partial
from importlib import import_module

import uvloop
from celery.exceptions import SecurityWarning
from celery.signals import worker_ready
from django.conf import settings
from django.urls import get_resolver

from lemonade_server.net.certificate import Certificate

from . import heartbeat
from .celery import SWEEPS
from .celery import app as celery_app
from .mail import run_mail
from .supervisor import Child
from .webserver import serve_web


def web(certificate: Certificate) -> None:
    """Serve the web face until SIGTERM."""
    # WhiteNoise hands over open files; those of static/ are small enough to be read at once.
    warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
    certificate.reload()
    serve_web(settings.LEMONADE, certificate)


def mail(certificate: Certificate) -> None:
    """Serve IMAP and submission until SIGTERM."""
    certificate.reload()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run_mail(settings.LEMONADE, certificate, ready=lambda: None))


def worker() -> None:
    """Run Celery tasks until SIGTERM. Threads: the work is waiting for other servers."""
    # To root Celery says that a pickled message could do anything. Ours are JSON, and no other.
    warnings.simplefilter("ignore", SecurityWarning)
    # To Celery SIGHUP means to run the command line again, which here is that of everything.
    worker_ready.connect(lambda **_: signal.signal(signal.SIGHUP, signal.SIG_IGN), weak=False)
    celery_app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            "--concurrency=32",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def scheduler() -> None:
    """Send the periodic tasks until SIGTERM."""
    celery_app.start(["--quiet", "beat", "--loglevel=WARNING", "--pidfile="])


def preload() -> None:
    """Import what the processes will need, once for all of them, before they are forked.

    After the static files were collected: the web application looks at them when it is made.
    """
    import_module("lemonade_server.project.asgi")
    _ = get_resolver().url_patterns
    celery_app.loader.import_default_modules()


def children(certificate: Certificate) -> list[Child]:
    """Every process, in the order of starting. Each mail worker shares the ports.

    They have the certificate as it was loaded before: who is started again, while its files are
    away, still has that.
    """
    for name in ("worker", "scheduler", *SWEEPS):
        heartbeat.forget(name)
    mails = [
        Child(f"mail-{n + 1}", partial(mail, certificate), reloads=True)
        for n in range(settings.LEMONADE.mail_workers)
    ]
    return [
        *mails,
        Child("web", partial(web, certificate), reloads=settings.LEMONADE.web_tls),
        Child("worker", worker),
        Child("scheduler", scheduler),
    ]
