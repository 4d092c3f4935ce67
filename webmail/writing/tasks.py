"""Celery task: what waited for somebody too long is forgotten."""

from __future__ import annotations

from importlib import import_module

from celery import shared_task
from django.conf import settings

from webmail.outgoing import idempotency

from . import saved_forms, unsent_forms, uploads


@shared_task(name="webmail.tasks.forget", ignore_result=True)
def forget() -> None:
    """Delete the sessions that are over, and what waited for their people too long."""
    idempotency.forget()
    saved_forms.forget()
    unsent_forms.forget()
    uploads.forget()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
