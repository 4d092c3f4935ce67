"""How far a recipient in the queue is: as a word, as a filter, and in the columns of our tables."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, pgettext

from lemonade_server.models import Recipient

from .display import badge, moment

DAY = 86_400
KINDS = {
    "delivered": "good", "relayed": "good", "failed": "bad", "cancelled": "quiet",
    "held": "waiting",
}  # fmt: skip


WORDS = {
    "queued": gettext_lazy("queued"), "held": gettext_lazy("held"),
    "delivered": gettext_lazy("delivered"), "relayed": gettext_lazy("relayed"),
    "failed": gettext_lazy("failed"), "cancelled": gettext_lazy("cancelled"),
}  # fmt: skip


def condition(name: str, now: int) -> Q:
    """Recipients that are due, waiting for a later time, in work, held, or failed today."""
    queued = Q(state=Recipient.State.QUEUED)
    match name:
        case "due":
            return queued & Q(next_attempt_at__lte=now, lease_until__lte=now)
        case "waiting":
            return queued & Q(next_attempt_at__gt=now, lease_until__lte=now)
        case "working":
            return queued & Q(lease_until__gt=now)
        case "held":
            return Q(state=Recipient.State.HELD)
        case "passed":
            return Q(state__in=("delivered", "relayed"), finished_at__gt=now - DAY)
    return Q(state=Recipient.State.FAILED, finished_at__gt=now - DAY)


def shown_state(recipient: Recipient) -> SafeString:
    """The state as a word, for queued ones with what it waits for."""
    now = int(time.time())
    if recipient.state != Recipient.State.QUEUED:
        return badge(KINDS[recipient.state], WORDS[recipient.state])
    if recipient.lease_until > now:
        return badge("waiting", gettext("being sent"))
    return badge(
        "waiting", gettext("due") if recipient.next_attempt_at <= now else gettext("waiting")
    )


class StageFilter(admin.SimpleListFilter):
    """What one comes with a question about."""

    title = gettext_lazy("stage")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("due", gettext("due now")),
            ("waiting", gettext("waiting for its next attempt")),
            ("working", gettext("being sent")),
            ("held", gettext("held by hand")),
            ("failed", gettext("failed in the last 24 hours")),
            ("passed", gettext("passed on in the last 24 hours")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(condition(value, int(time.time()))) if value else queryset


class Attempts:
    """Columns that the queue and a submission's page share."""

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def stage(self, recipient: Recipient) -> SafeString:
        return shown_state(recipient)

    @admin.display(description=gettext_lazy("next attempt"), ordering="next_attempt_at")
    def next_try(self, recipient: Recipient) -> str:
        waits = recipient.state == Recipient.State.QUEUED
        return (
            moment(recipient.next_attempt_at, gettext("now"))
            if waits
            else pgettext("attempt", "none")
        )

    @admin.display(description=gettext_lazy("last attempt"), ordering="last_attempt_at")
    def last_try(self, recipient: Recipient) -> str:
        return moment(recipient.last_attempt_at)

    @admin.display(description=gettext_lazy("the other side's last words"))
    def words(self, recipient: Recipient) -> str:
        return " ".join(filter(None, (recipient.status, recipient.diagnostic))) or gettext(
            "none yet"
        )
