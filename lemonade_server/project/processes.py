"""What each process of the system does, from its first line to its last."""

from __future__ import annotations

import asyncio
import warnings
from importlib import import_module

import uvicorn
import uvloop
from celery.exceptions import SecurityWarning
from django.conf import settings
from django.urls import get_resolver

from . import heartbeat
from .celery import app as celery_app
from .mail import run_mail
from .supervisor import Child


def web() -> None:
    """Serve the web face until SIGTERM."""
    # WhiteNoise hands over open files; those of static/ are small enough to be read at once.
    warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
    uvicorn.run(
        "lemonade_server.project.asgi:application",
        host=settings.LEMONADE.host,
        port=settings.LEMONADE.web_port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=16_384,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )


def mail() -> None:
    """Serve IMAP and submission until SIGTERM."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run_mail(settings.LEMONADE, ready=lambda: None))


def worker() -> None:
    """Run Celery tasks until SIGTERM. Threads: the work is waiting for other servers."""
    # To root Celery says that a pickled message could do anything. Ours are JSON, and no other.
    warnings.simplefilter("ignore", SecurityWarning)
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
    run = settings.LEMONADE.data / "run"
    run.mkdir(parents=True, exist_ok=True)
    celery_app.start(
        ["--quiet", "beat", "--loglevel=WARNING", f"--schedule={run / 'schedule'}", "--pidfile="]
    )


def preload() -> None:
    """Import what the processes will need, once for all of them, before they are forked.

    After the static files were collected: the web application looks at them when it is made.
    """
    import_module("lemonade_server.project.asgi")
    _ = get_resolver().url_patterns
    celery_app.loader.import_default_modules()


def children() -> list[Child]:
    """Every process, in the order of starting. Each mail worker shares the ports."""
    for name in ("worker", "scheduler"):
        heartbeat.forget(name)
    mails = [Child(f"mail-{n + 1}", mail) for n in range(settings.LEMONADE.mail_workers)]
    return [
        *mails,
        Child("web", web),
        Child("worker", worker),
        Child("scheduler", scheduler),
    ]
