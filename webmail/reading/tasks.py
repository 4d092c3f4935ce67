"""Celery tasks: actions on very many messages. Each carries an id and finds its work in a row."""

from __future__ import annotations

import uuid

from celery import shared_task

from . import bulk_actions


@shared_task(name="webmail.tasks.act", ignore_result=True)
def act(pk: str) -> None:
    """Do one action, if it is still to be done and nobody else does it."""
    bulk_actions.run(uuid.UUID(pk))


@shared_task(name="webmail.tasks.sweep_actions", ignore_result=True)
def sweep_actions() -> None:
    """Take up what was left by workers that died, and forget what is long over."""
    bulk_actions.forget()
    for pk in bulk_actions.due():
        act.delay(str(pk))
