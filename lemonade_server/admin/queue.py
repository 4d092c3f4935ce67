"""Submissions and their recipients: what is stuck, why, and trying again or giving up."""

from __future__ import annotations

import time
from collections import Counter

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, pgettext

from lemonade_server.delivery.queue import destination_names
from lemonade_server.models import DeliveryEvent, Destination, Recipient, StsPolicy, Submission

from .display import badge, moment, moment_by, name_list, octets
from .model_admin import ReadOnlyAdmin, ReadOnlyInline
from .recipient_actions import SteeredAdmin
from .recipient_states import WORDS, Attempts, StageFilter


@admin.register(Recipient)
class RecipientAdmin(SteeredAdmin):
    """The queue, one row a recipient."""

    heading = gettext_lazy("Queue")
    explanation = gettext_lazy(
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
        "parent", "address", "goes_to", "orcpt", "notify", "stage", "attempts", "next_try",
        "last_try", "words", "remote", "lease", "finished",
    )  # fmt: skip
    readonly_fields = (
        "parent", "goes_to", "stage", "next_try", "last_try", "words", "lease", "finished",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("submission"))
    def parent(self, recipient: Recipient) -> SafeString:
        url = reverse("admin:lemonade_server_submission_change", args=[recipient.submission_id])
        return format_html('<a href="{}">{}</a>', url, recipient.submission)

    @admin.display(description=gettext_lazy("goes to"), ordering="place")
    def goes_to(self, recipient: Recipient) -> str:
        return destination_names.label(recipient.place)

    @admin.display(description=gettext_lazy("lease"))
    def lease(self, recipient: Recipient) -> str:
        if recipient.lease_until <= time.time():
            return pgettext("lease", "none")
        return moment_by(recipient.lease_until, recipient.lease_owner)

    @admin.display(description=gettext_lazy("finished"))
    def finished(self, recipient: Recipient) -> str:
        return moment(recipient.finished_at, gettext("not yet"))


class RecipientInline(Attempts, ReadOnlyInline[Recipient, Submission]):
    """The recipients on the page of their submission."""

    model = Recipient
    verbose_name_plural = gettext_lazy("recipients")
    fields = ("address", "stage", "attempts", "next_try", "last_try", "words", "remote")
    readonly_fields = ("stage", "next_try", "last_try", "words")
    show_change_link = True


class EventInline(ReadOnlyInline[DeliveryEvent, Submission]):
    """What happened to it, in order, in the other servers' own words."""

    model = DeliveryEvent
    verbose_name_plural = gettext_lazy("timeline")
    fields = ("when", "kind", "to", "action", "status", "host", "words")
    readonly_fields = ("when", "to")

    @admin.display(description=gettext_lazy("time"))
    def when(self, event: DeliveryEvent) -> str:
        return moment(event.at)

    @admin.display(description=gettext_lazy("recipient"))
    def to(self, event: DeliveryEvent) -> str:
        return event.recipient.address if event.recipient else ""


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin[Submission]):
    """What became of a message after it was accepted."""

    explanation = gettext_lazy(
        "A message for which the server took responsibility (250), with its envelope as MAIL FROM "
        "and RCPT TO gave it. Source burl: its octets never came over the wire (RFC 4468). "
        "Finished ones are kept for two weeks."
    )
    list_display = ("id", "from_path", "to", "outcome", "source", "weight", "arrived", "message_id")
    list_filter = ("source", "body", "smtputf8", "tls")
    search_fields = ("sender", "message_id", "envid", "recipient__address")
    ordering = ("-id",)
    fields = (
        "from_path", "account", "arrived", "released", "in_time", "weight", "source", "message_id",
        "envid", "ret", "body", "smtputf8", "priority", "tls",
    )  # fmt: skip
    readonly_fields = ("from_path", "arrived", "released", "in_time", "weight")
    inlines = (RecipientInline, EventInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return super().get_queryset(request).prefetch_related("recipient_set")

    @admin.display(description=gettext_lazy("from"), ordering="sender")
    def from_path(self, submission: Submission) -> str:
        return submission.sender or "<>"

    @admin.display(description=gettext_lazy("to"))
    def to(self, submission: Submission) -> str:
        return name_list([one.address for one in submission.recipient_set.all()], 2)

    @admin.display(description=gettext_lazy("recipients"))
    def outcome(self, submission: Submission) -> SafeString:
        counts = Counter(one.state for one in submission.recipient_set.all())
        kind = "bad" if counts["failed"] else "waiting" if counts["queued"] else "good"
        return badge(kind, ", ".join(f"{count} {WORDS[state]}" for state, count in counts.items()))

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def weight(self, submission: Submission) -> str:
        return octets(submission.size)

    @admin.display(description=gettext_lazy("arrived"), ordering="arrived_at")
    def arrived(self, submission: Submission) -> str:
        return moment(submission.arrived_at)

    @admin.display(description=gettext_lazy("released"))
    def released(self, submission: Submission) -> str:
        """Of a message for later (RFC 4865)."""
        return moment(submission.release_at or None, gettext("at once"))

    @admin.display(description=gettext_lazy("deliver by"))
    def in_time(self, submission: Submission) -> str:
        """RFC 2852."""
        return moment(submission.by_at, gettext("whenever"))


@admin.register(Destination)
class DestinationAdmin(ReadOnlyAdmin[Destination]):
    """Places that are left alone for a while."""

    heading = gettext_lazy("Unreachable destinations")
    explanation = gettext_lazy(
        "A place that could not be reached is left alone for a while, then tried by one message "
        "for all that wait for it. It leaves this list when it answers. Retrying a recipient "
        "tries it at once."
    )
    list_display = ("place", "failures", "again", "reason")
    search_fields = ("place", "reason")
    fields = ("place", "failures", "again", "reason")
    readonly_fields = ("again",)

    @admin.display(description=gettext_lazy("tried again"), ordering="retry_at")
    def again(self, destination: Destination) -> str:
        return moment(destination.retry_at or None, gettext("now"))


@admin.register(StsPolicy)
class StsPolicyAdmin(ReadOnlyAdmin[StsPolicy]):
    """What other domains ask of us."""

    explanation = gettext_lazy(
        "Policies of other domains for mail to them (RFC 8461). In mode enforce mail goes only "
        "under TLS, and only to these hosts, which must prove their names."
    )
    list_display = ("domain", "mode", "hosts", "until")
    search_fields = ("domain",)
    fields = ("domain", "mode", "policy_id", "hosts", "fetched", "until")
    readonly_fields = ("fetched", "until")

    @admin.display(description=gettext_lazy("fetched"), ordering="fetched_at")
    def fetched(self, policy: StsPolicy) -> str:
        return moment(policy.fetched_at)

    @admin.display(description=gettext_lazy("kept until"), ordering="expires_at")
    def until(self, policy: StsPolicy) -> str:
        return moment(policy.expires_at)
