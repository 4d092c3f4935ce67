"""Celery tasks: each carries an id and finds its work in a row, so the broker may lose anything."""

from __future__ import annotations

import contextlib
import uuid
from importlib import import_module

from celery import shared_task
from django.conf import settings

from webmail.mail.sending import connection
from webmail.mail.types import GatewayError
from webmail.models import Outbox
from webmail.writing import idempotency, unsent_forms

from . import submission
from .delivery_status import follow
from .keywords import settle_marks, unmarked


@shared_task(name="webmail.tasks.submit", ignore_result=True)
def submit(pk: str) -> None:
    """Submit one message on its way, if it is still to be submitted and nobody else does."""
    submission.attempt(uuid.UUID(pk))


@shared_task(name="webmail.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Take up what was left: lost hints, second attempts, the work of killed workers."""
    for pk in submission.due():
        submit.delay(str(pk))
    accepted = Outbox.objects.filter(state=Outbox.State.ACCEPTED)
    for row in accepted.select_related("account").order_by("updated_at")[:100]:
        follow(row)
    for row in unmarked():
        with contextlib.suppress(GatewayError), connection(row.account.email) as imap:
            settle_marks(row, imap)


@shared_task(name="webmail.tasks.forget", ignore_result=True)
def forget() -> None:
    """Delete the sessions that are over, and what waited for their people too long."""
    idempotency.forget()
    unsent_forms.forget()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
