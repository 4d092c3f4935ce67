"""What each process of the system does, from its first line to its last."""

from __future__ import annotations

import asyncio
import warnings
from functools import partial
from importlib import import_module

import uvloop
from django.conf import settings
from django.urls import get_resolver

from lemonade_server.net.certificate import Certificate

from . import heartbeat
from .celery import SWEEPS
from .celery import app as celery_app
from .mail import run_mail
from .memory import give_back_at_rest, share_what_is_loaded
from .supervisor import Child
from .webserver import serve_web
from .worker import run_worker

LOADED_LATE = (
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.app.routes",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.concurrency.thread",
    "celery.contrib.django.task",
    "celery.events.dispatcher",
    "celery.events.receiver",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.loops",
    "celery.worker.strategy",
    "django.db.models.sql.compiler",
    "encodings.latin_1",
    "uvicorn.lifespan.off",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.websockets.websockets_sansio_impl",
)
"""What web and worker would load by name when they are started."""


def web(certificate: Certificate) -> None:
    """Serve the web face until SIGTERM."""
    # WhiteNoise hands over open files; those of static/ are small enough to be read at once.
    warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
    certificate.reload()
    give_back_at_rest()
    serve_web(settings.LEMONADE, certificate)


def mail(certificate: Certificate) -> None:
    """Serve IMAP and submission until SIGTERM."""
    certificate.reload()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run_mail(settings.LEMONADE, certificate, ready=lambda: None))


def preload() -> None:
    """Import what the processes will need, once for all of them, before they are forked.

    After the static files were collected: the web application looks at them when it is made.
    """
    for name in ("lemonade_server.project.asgi", *LOADED_LATE):
        import_module(name)
    _ = get_resolver().url_patterns
    celery_app.loader.init_worker()
    celery_app.finalize(auto=True)
    share_what_is_loaded()


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
        Child("worker", run_worker),
    ]
