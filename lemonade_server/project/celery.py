"""The Celery application. Tasks are hints about rows, so any broker will do: without Redis it is
a pair of folders in the data folder.
"""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from celery import Celery
from celery.schedules import schedule
from celery.signals import beat_init, task_success, worker_ready
from kombu.transport import TRANSPORT_ALIASES

from . import broker, heartbeat
from .process_title import name_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lemonade_server.project.settings")

POLL = 0.2
"""Seconds between two looks into the folder: what a hint costs at most."""

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

SWEEPS = ("lemonade_server.delivery.tasks.sweep", "webmail.tasks.sweep")
ACTIONS = 30  # seconds between looks for actions whose worker has died

TIDY = "lemonade_server.project.celery.tidy"


def configuration() -> dict[str, Any]:
    """Read when the first task is sent or taken, never at import."""
    from django.conf import settings

    from lemonade_server.delivery.queue.schedule import SWEEP

    tasks = "lemonade_server.delivery.tasks"
    return {
        **_broker(),
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_acks_late": False,
        # Of tasks that are acknowledged late, which none is; unset it is a warning at each outage.
        "worker_cancel_long_running_tasks_on_connection_loss": True,
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_timeout": 2,
        "timezone": settings.TIME_ZONE,
        # Nothing to remember: every task finds its work in rows.
        "beat_scheduler": "celery.beat:Scheduler",
        "beat_max_loop_interval": 5,
        "beat_schedule": {
            **{name: _every(name, SWEEP) for name in SWEEPS},
            "actions": _every("webmail.tasks.sweep_actions", ACTIONS),
            "snoozes": _every("webmail.tasks.sweep_snoozes", ACTIONS),
            "imports": _every("webmail.tasks.sweep_imports", ACTIONS),
            "sessions": _every("webmail.tasks.forget", 3600),
            "erase_hidden": _every(f"{tasks}.erase_hidden", 60),
            "erase": _every(f"{tasks}.erase", 3600),
            "prune": _every(f"{tasks}.prune", 3600),
            "tidy": _every(TIDY, 3600),
        },
    }


def _every(task: str, seconds: int) -> dict[str, Any]:
    """A run that nobody took before the next one is due is dropped."""
    every = schedule(float(seconds), nowfun=_steady_now)
    return {"task": task, "schedule": every, "options": {"expires": float(seconds)}}


def _steady_now() -> datetime:
    """A time that runs evenly, from any origin: the wall clock may be set, and a sweep that waits
    for it to come round again stops all retries.
    """
    return EPOCH + timedelta(seconds=monotonic())


def _broker() -> dict[str, Any]:
    from django.conf import settings

    if settings.LEMONADE.redis_url:
        return {"broker_url": settings.LEMONADE.redis_url}
    folder = _folder()
    messages, control = folder / "messages", folder / "control"
    for each in (messages, control):
        each.mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "folders://localhost",
        "broker_transport_options": {
            "data_folder_in": str(messages),
            "data_folder_out": str(messages),
            "control_folder": str(control),
            "store_processed": False,
            "polling_interval": POLL,
        },
    }


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.LEMONADE.data, "broker")


TRANSPORT_ALIASES["folders"] = "lemonade_server.project.broker:Transport"

app = Celery("lemonade")
app.add_defaults(configuration)
app.autodiscover_tasks(
    [
        "lemonade_server.delivery",
        "webmail.outgoing",
        "webmail.reading",
        "webmail.snooze",
        "webmail.transfer",
        "webmail.writing",
    ]
)
app.set_default()


@app.task(name=TIDY, ignore_result=True)
def tidy() -> None:
    """Erase what a process that died has left in the folders of the broker."""
    broker.sweep(_folder())


@worker_ready.connect
def _worker_is_up(**_: object) -> None:
    name_process("worker")  # Celery has named it otherwise
    tidy()
    heartbeat.keep_beating("worker")
    for name in SWEEPS:  # the first one is due soon
        heartbeat.beat_quietly(name)


@task_success.connect
def _record_sweep(sender: Any = None, **_: object) -> None:
    """Nothing is sent later or again without these: /healthz asks for them."""
    name = getattr(sender, "name", "")
    if name in SWEEPS:
        heartbeat.beat_quietly(name)


@beat_init.connect
def _scheduler_is_up(**_: object) -> None:
    if threading.current_thread() is threading.main_thread():  # else it is one of the worker's
        name_process("scheduler")
    heartbeat.keep_beating("scheduler")
