"""Celery tasks of imports: each carries an id and finds its work in a row."""

from __future__ import annotations

import uuid

from celery import shared_task

from . import imports


@shared_task(name="webmail.tasks.bring_in", ignore_result=True)
def bring_in(pk: str) -> None:
    """Bring one file in, if it is still to be done and nobody else does it."""
    imports.run(uuid.UUID(pk))


@shared_task(name="webmail.tasks.sweep_imports", ignore_result=True)
def sweep_imports() -> None:
    """Take up what was left by workers that died, and forget what is long over."""
    imports.forget()
    for pk in imports.due():
        bring_in.delay(str(pk))
