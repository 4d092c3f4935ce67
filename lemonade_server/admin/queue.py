"""Submissions and their recipients: what is stuck, why, and trying again or giving up."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lemonade_server.delivery import steer
from lemonade_server.models import Recipient, Submission
from lemonade_server.store.db import Tx, transaction

from .confirming import Question, ask, confirmed
from .showing import badge, moment, moment_by, octets
from .typed import ReadOnlyAdmin, ReadOnlyInline

DAY = 86_400
AT_ONCE = 500
KINDS = {
    "delivered": "good", "relayed": "good", "failed": "bad", "cancelled": "quiet",
}  # fmt: skip


def condition(name: str, now: int) -> Q:
    """Recipients that are due, waiting for a later time, in work, or failed in the last day."""
    queued = Q(state=Recipient.State.QUEUED)
    match name:
        case "due":
            return queued & Q(next_attempt_at__lte=now, lease_until__lte=now)
        case "waiting":
            return queued & Q(next_attempt_at__gt=now, lease_until__lte=now)
        case "working":
            return queued & Q(lease_until__gt=now)
        case "passed":
            return Q(state__in=("delivered", "relayed"), finished_at__gt=now - DAY)
    return Q(state=Recipient.State.FAILED, finished_at__gt=now - DAY)


def shown_state(recipient: Recipient) -> SafeString:
    """The state as a word, for queued ones with what it waits for."""
    now = int(time.time())
    if recipient.state != Recipient.State.QUEUED:
        return badge(KINDS[recipient.state], recipient.state)
    if recipient.lease_until > now:
        return badge("waiting", "being sent")
    return badge("waiting", "due" if recipient.next_attempt_at <= now else "waiting")


class StageFilter(admin.SimpleListFilter):
    """What one comes with a question about."""

    title = "stage"
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("due", "due now"),
            ("waiting", "waiting for its next attempt"),
            ("working", "being sent"),
            ("failed", "failed in the last 24 hours"),
            ("passed", "passed on in the last 24 hours"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(condition(value, int(time.time()))) if value else queryset


class Attempts:
    """Columns that the queue and a submission's page share."""

    @admin.display(description="state", ordering="state")
    def stage(self, recipient: Recipient) -> SafeString:
        return shown_state(recipient)

    @admin.display(description="next attempt", ordering="next_attempt_at")
    def next_try(self, recipient: Recipient) -> str:
        waits = recipient.state == Recipient.State.QUEUED
        return moment(recipient.next_attempt_at, "now") if waits else "none"

    @admin.display(description="last attempt", ordering="last_attempt_at")
    def last_try(self, recipient: Recipient) -> str:
        return moment(recipient.last_attempt_at)

    @admin.display(description="the other side's last words")
    def words(self, recipient: Recipient) -> str:
        return " ".join(filter(None, (recipient.status, recipient.diagnostic))) or "none yet"


@admin.register(Recipient)
class RecipientAdmin(Attempts, ReadOnlyAdmin[Recipient]):
    """The queue, one row a recipient."""

    heading = "Queue"
    explanation = (
        "One row for each recipient of a submission. A worker leases a row while it talks to the "
        "other host; a lease that runs out is taken up by another worker. After four days the "
        "sender gets a non-delivery report (RFC 3464)."
    )
    list_display = (
        "address", "stage", "sender", "attempts", "next_try", "last_try", "words",
    )  # fmt: skip
    list_filter = (StageFilter, "state", "submission__source")
    list_select_related = ("submission",)
    search_fields = (
        "address", "submission__sender", "submission__message_id", "submission__envid",
        "diagnostic", "remote",
    )  # fmt: skip
    ordering = ("-submission_id", "id")
    fields = (
        "parent", "address", "orcpt", "notify", "stage", "attempts", "next_try", "last_try",
        "words", "remote", "lease", "finished",
    )  # fmt: skip
    readonly_fields = ("parent", "stage", "next_try", "last_try", "words", "lease", "finished")
    actions = ("retry", "cancel")

    @admin.display(description="from", ordering="submission__sender")
    def sender(self, recipient: Recipient) -> str:
        return recipient.submission.sender or "<>"

    @admin.display(description="submission")
    def parent(self, recipient: Recipient) -> SafeString:
        url = reverse("admin:lemonade_server_submission_change", args=[recipient.submission_id])
        return format_html('<a href="{}">{}</a>', url, recipient.submission)

    @admin.display(description="lease")
    def lease(self, recipient: Recipient) -> str:
        if recipient.lease_until <= time.time():
            return "none"
        return moment_by(recipient.lease_until, recipient.lease_owner)

    @admin.display(description="finished")
    def finished(self, recipient: Recipient) -> str:
        return moment(recipient.finished_at, "not yet")

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("lemonade_server.change_recipient"))

    @admin.action(description="Retry now", permissions=["steer"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> HttpResponse | None:
        """Make waiting, failed and cancelled recipients due."""
        open_again = Q(state__in=("queued", "failed", "cancelled"))
        question = Question(
            title="Retry these recipients now?",
            warning=(
                "They are tried at once, whatever their next attempt was. One that had failed may "
                "have been reported to the sender already: if it succeeds now, he was told wrong."
            ),
            button="Retry now",
        )
        return self._steer(request, queryset.filter(open_again), question, steer.retry, "retried")

    @admin.action(description="Cancel: never send", permissions=["steer"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> HttpResponse | None:
        """Give up waiting recipients."""
        question = Question(
            title="Cancel these recipients?",
            warning=(
                "The message is not sent to them, and the sender is not told: no report is made. "
                "Those that are being sent at this moment are left alone."
            ),
            button="Cancel them",
        )
        return self._steer(
            request, queryset.filter(state="queued"), question, steer.cancel, "cancelled"
        )

    def _steer(
        self,
        request: HttpRequest,
        queryset: QuerySet[Recipient],
        question: Question,
        act: Callable[[Tx, int], bool],
        done: str,
    ) -> HttpResponse | None:
        """Ask, then do it to each in one transaction; those for which it is too late stay."""
        chosen = list(queryset.select_related("submission")[:AT_ONCE])
        if not chosen:
            self.message_user(request, "None of these waits any more.")
            return None
        if not confirmed(request):
            question.heads = ("Recipient", "From", "State", "Attempts", "Last words")
            question.rows = [
                (one.address, self.sender(one), shown_state(one), one.attempts, self.words(one))
                for one in chosen
            ]
            return ask(self, request, chosen, question)
        with transaction() as tx:
            touched = [one for one in chosen if act(tx, one.pk)]
        for one in touched:
            self.log_change(request, one, f"{done.capitalize()} by hand.")
        late = len(chosen) - len(touched)
        note = f" For {late} it was too late." if late else ""
        self.message_user(request, f"{len(touched)} {done}.{note}")
        return None


class RecipientInline(Attempts, ReadOnlyInline[Recipient, Submission]):
    """The recipients on the page of their submission."""

    model = Recipient
    verbose_name_plural = "recipients"
    fields = ("address", "stage", "attempts", "next_try", "last_try", "words", "remote")
    readonly_fields = ("stage", "next_try", "last_try", "words")
    show_change_link = True


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin[Submission]):
    """What became of a message after it was accepted."""

    explanation = (
        "A message for which the server took responsibility (250), with its envelope as MAIL FROM "
        "and RCPT TO gave it. Source burl: its octets never came over the wire (RFC 4468). "
        "Finished ones are kept for two weeks."
    )
    list_display = ("id", "from_path", "to", "outcome", "source", "weight", "arrived", "message_id")
    list_filter = ("source", "body", "smtputf8")
    search_fields = ("sender", "message_id", "envid", "recipient__address")
    ordering = ("-id",)
    fields = (
        "from_path", "account", "arrived", "weight", "source", "message_id", "envid", "ret", "body",
        "smtputf8",
    )  # fmt: skip
    readonly_fields = ("from_path", "arrived", "weight")
    inlines = (RecipientInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return super().get_queryset(request).prefetch_related("recipient_set")

    @admin.display(description="from", ordering="sender")
    def from_path(self, submission: Submission) -> str:
        return submission.sender or "<>"

    @admin.display(description="to")
    def to(self, submission: Submission) -> str:
        addresses = [one.address for one in submission.recipient_set.all()]
        more = f" and {len(addresses) - 2} more" if len(addresses) > 2 else ""
        return ", ".join(addresses[:2]) + more

    @admin.display(description="recipients")
    def outcome(self, submission: Submission) -> SafeString:
        counts = Counter(one.state for one in submission.recipient_set.all())
        kind = "bad" if counts["failed"] else "waiting" if counts["queued"] else "good"
        return badge(kind, ", ".join(f"{count} {state}" for state, count in counts.items()))

    @admin.display(description="size", ordering="size")
    def weight(self, submission: Submission) -> str:
        return octets(submission.size)

    @admin.display(description="arrived", ordering="arrived_at")
    def arrived(self, submission: Submission) -> str:
        return moment(submission.arrived_at)
