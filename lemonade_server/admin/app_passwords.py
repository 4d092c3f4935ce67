"""App passwords: seen and revoked. They are made by their owners, or by the command."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from lemonade_server.models import AppPassword
from lemonade_server.models.app_passwords import Scope

from .authority import has_authority_over
from .display import badge, moment
from .model_admin import ReadOnlyAdmin


@admin.register(AppPassword)
class AppPasswordAdmin(ReadOnlyAdmin[AppPassword]):
    """The password itself is kept nowhere."""

    explanation = gettext_lazy(
        "A password of a single program, good for what it is for and nothing else. Deleted here it "
        "is revoked: connections that were opened by it end at once. A new password of the account "
        "leaves these alone."
    )
    list_display = ("name", "account", "opens", "state", "made", "last_use", "last_used_from")
    search_fields = ("name", "account__email", "last_used_from")
    list_select_related = ("account",)
    ordering = ("-id",)
    fields = ("account", "name", "opens", "state", "made", "ends", "last_use", "last_used_from")
    readonly_fields = ("opens", "state", "made", "ends", "last_use")

    def has_delete_permission(self, request: HttpRequest, obj: AppPassword | None = None) -> bool:
        """Who may is judged for each row, so nothing is deleted from the list."""
        may = request.user.has_perm("lemonade_server.delete_apppassword")
        return may and obj is not None and has_authority_over(request, obj.account)

    @admin.display(description=gettext_lazy("good for"))
    def opens(self, row: AppPassword) -> str:
        return " · ".join(str(Scope(one).label) for one in row.scopes.split())

    @admin.display(description=gettext_lazy("state"))
    def state(self, row: AppPassword) -> SafeString:
        over = row.expires_at is not None and row.expires_at <= time.time()
        return badge("quiet", gettext("expired")) if over else badge("good", gettext("live"))

    @admin.display(description=gettext_lazy("made"), ordering="created_at")
    def made(self, row: AppPassword) -> Any:
        return moment(row.created_at)

    @admin.display(description=gettext_lazy("ends"), ordering="expires_at")
    def ends(self, row: AppPassword) -> Any:
        return moment(row.expires_at)

    @admin.display(description=gettext_lazy("last use"), ordering="last_used_at")
    def last_use(self, row: AppPassword) -> Any:
        return moment(row.last_used_at)
