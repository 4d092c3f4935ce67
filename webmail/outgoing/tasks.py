"""Celery tasks: each carries an id and finds its work in a row, so the broker may lose anything."""

from __future__ import annotations

import contextlib
import uuid

from celery import shared_task

from webmail.mail import MailError, own_session
from webmail.models import Outbox

from . import attempts
from .delivery_status import follow
from .keywords import find_unsettled, settle


@shared_task(name="webmail.tasks.submit", ignore_result=True)
def submit(pk: str) -> None:
    """Submit one message on its way, if it is still to be submitted and nobody else does."""
    attempts.attempt(uuid.UUID(pk))


@shared_task(name="webmail.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Take up what was left: lost hints, second attempts, the work of killed workers."""
    for pk in attempts.due():
        submit.delay(str(pk))
    accepted = Outbox.objects.filter(state=Outbox.State.ACCEPTED)
    for row in accepted.select_related("account").order_by("updated_at")[:100]:
        follow(row)
    for row in find_unsettled():
        with contextlib.suppress(MailError), own_session(row.account.email) as session:
            settle(row, session)
