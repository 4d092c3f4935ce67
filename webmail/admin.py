"""The outbox in the admin: what is stuck on its way from a page to the submission server."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponse

from .mail import MailError
from .models import Outbox
from .outgoing import outbox


@admin.register(Outbox)
class OutboxAdmin(admin.ModelAdmin):
    """Read only, but for trying again. The ticket is never shown."""

    show_full_result_count = False

    list_display = ("subject", "account", "state", "attempts", "trouble", "created_at")
    list_filter = ("state", "created_at")
    search_fields = ("subject", "account__email", "message_id")
    date_hierarchy = "created_at"
    exclude = ("ticket", "head")
    actions = ("try_again",)

    def lookup_allowed(  # type: ignore[override]  # the stubs' copy has an overload that is gone
        self, lookup: str, value: str, request: HttpRequest
    ) -> bool:
        """Only the filters: an address that asks any column would give the ticket away."""
        return lookup.split("__")[0] in ("state", "created_at")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": "Messages on their way", "media": Media(js=["admin/js/actions.js"])}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        return False  # what is on its way would be lost without a word

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("webmail.change_outbox"))

    @admin.action(description="Try again to submit what has failed", permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        done = 0
        for row in queryset:
            try:
                outbox.retry(row)
            except MailError:
                continue
            done += 1
        self.message_user(request, f"{done} of {queryset.count()} will be tried again.")
