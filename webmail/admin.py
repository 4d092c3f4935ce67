"""The outbox in the admin: what is stuck on its way from a page to the submission server."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from .mail import MailError
from .models import Outbox
from .outgoing import outbox
from .outgoing.saying import say

COLUMNS = {
    "account": gettext_lazy("account"),
    "created_at": gettext_lazy("created at"),
    "updated_at": gettext_lazy("updated at"),
    "folder": gettext_lazy("folder"),
    "message_id": "Message-ID",
    "subject": gettext_lazy("subject"),
    "sender": gettext_lazy("sender"),
    "recipients": gettext_lazy("recipients"),
    "refused": gettext_lazy("refused"),
    "notify": gettext_lazy("notify sender"),
    "release_at": gettext_lazy("released at"),
    "source": gettext_lazy("source"),
    "pending": gettext_lazy("pending"),
    "body": gettext_lazy("body type"),
    "size": gettext_lazy("size"),
    "ticket_renewed": gettext_lazy("ticket renewed"),
    "state": gettext_lazy("state"),
    "reply": gettext_lazy("reply"),
    "accepted_at": gettext_lazy("accepted at"),
    "attempts": gettext_lazy("attempts"),
    "next_attempt_at": gettext_lazy("next attempt"),
    "lease_until": gettext_lazy("leased until"),
    "lease_owner": gettext_lazy("leased by"),
    "kept": gettext_lazy("stayed on the server"),
    "shown": gettext_lazy("the same, decoded"),
    "octets_imap": gettext_lazy("octets by IMAP"),
    "octets_submission": gettext_lazy("octets by submission"),
}
"""Names for people; in the model each would be a migration."""

for _column, _name in COLUMNS.items():
    _field: Any = Outbox._meta.get_field(_column)
    _field.verbose_name = _name


@admin.register(Outbox)
class OutboxAdmin(admin.ModelAdmin):
    """Read only, but for trying again. The ticket is never shown."""

    show_full_result_count = False

    list_display = ("subject", "account", "state", "attempts", "said", "created_at")
    list_filter = ("state", "created_at")
    search_fields = ("subject", "account__email", "message_id")
    date_hierarchy = "created_at"
    exclude = ("ticket", "head", "trouble")
    readonly_fields = ("said",)
    actions = ("try_again",)

    def lookup_allowed(  # type: ignore[override]  # the stubs' copy has an overload that is gone
        self, lookup: str, value: str, request: HttpRequest
    ) -> bool:
        """Only the filters: an address that asks any column would give the ticket away."""
        return lookup.split("__")[0] in ("state", "created_at")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": capfirst(self.opts.verbose_name_plural),
            "media": Media(js=["admin/js/actions.js"]),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        return False  # what is on its way would be lost without a word

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("webmail.change_outbox"))

    @admin.display(description=gettext_lazy("trouble"))
    def said(self, row: Outbox) -> str:
        return say(row.trouble)

    @admin.action(
        description=gettext_lazy("Try again to submit what has failed"), permissions=["retry"]
    )
    def try_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        done = 0
        for row in queryset:
            try:
                outbox.retry(row)
            except MailError:
                continue
            done += 1
        text = gettext("%(done)s of %(count)s will be tried again.")
        self.message_user(request, text % {"done": done, "count": queryset.count()})
