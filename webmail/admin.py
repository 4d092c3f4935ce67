"""The outbox in the admin: what is stuck on its way from a page to the submission server."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from . import outbox
from .gateway.types import GatewayError
from .models import Outbox


@admin.register(Outbox)
class OutboxAdmin(admin.ModelAdmin):
    """Read only, but for trying again. The ticket is never shown."""

    list_display = ("subject", "account", "state", "attempts", "trouble", "created_at")
    list_filter = ("state", "created_at")
    search_fields = ("subject", "account__email", "message_id")
    date_hierarchy = "created_at"
    exclude = ("ticket", "head")
    actions = ("try_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Outbox | None = None) -> bool:
        return False

    @admin.action(description="Try again to submit what has failed")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Outbox]) -> None:
        done = 0
        for row in queryset:
            try:
                outbox.retry(row)
            except GatewayError:
                continue
            done += 1
        self.message_user(request, f"{done} of {queryset.count()} will be tried again.")
